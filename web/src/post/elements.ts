/** The figures of a post: the code of each is loaded when one comes near the screen. Draws none, and knows no data. */

const KNOWN: Record<string, () => Promise<unknown>> = {
  "ls-activation-gallery": () => import("../explained/activation-gallery"),
  "ls-architecture": () => import("../explained/architecture"),
  "ls-chain-rule": () => import("../explained/chain-rule"),
  "ls-scope": () => import("../scope/scope"),
};

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      KNOWN[target.localName]!().catch(() => {}); // its picture stays, and says the same
    }
  },
  { rootMargin: "400px" },
);

/** Look after every figure within `place`: what it shows stands in its own script. */
export function awaken(place: ParentNode): void {
  for (const name of Object.keys(KNOWN))
    for (const element of place.querySelectorAll(name)) if (!customElements.get(name)) near.observe(element);
}
