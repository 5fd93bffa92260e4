/** The figures of a post: each is loaded when it comes near the screen, and given its data. Draws none of them. */

const KNOWN: Record<string, () => Promise<unknown>> = {};

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        near.unobserve(target);
        void load(target as HTMLElement);
      }
  },
  { rootMargin: "400px" },
);

/** Look after every figure within `place` that nobody looks after yet. */
export function awaken(place: ParentNode): void {
  for (const script of place.querySelectorAll('script[type="application/json"]')) {
    const element = script.parentElement;
    if (element && element.localName in KNOWN && !element.dataset.awake) {
      element.dataset.awake = "yes";
      near.observe(element);
    }
  }
}

async function load(element: HTMLElement): Promise<void> {
  const data: unknown = JSON.parse(
    element.querySelector('script[type="application/json"]')?.textContent || "{}",
  );
  try {
    await KNOWN[element.localName]!();
    Object.assign(element, { data });
  } catch {
    // its picture stays: it says the same
  }
}
