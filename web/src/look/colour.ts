/** The palette as numbers, for canvases. Reads the page's own tokens, so that theme and print agree. */

export type Rgb = readonly [number, number, number];

const known = new Map<string, Rgb>();
const theme = matchMedia("(prefers-color-scheme: dark)");
theme.addEventListener("change", () => known.clear());
new MutationObserver(() => known.clear()).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});

/** A token such as `class-0`, `paper` or `forward`, in the present theme. */
export function token(name: string): Rgb {
  const rgb = known.get(name) ?? computed(name);
  known.set(name, rgb);
  return rgb;
}

/** A token for `fillStyle` and the like. */
export function css(name: string, alpha = 1): string {
  const [r, g, b] = token(name);
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}

function computed(name: string): Rgb {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.documentElement.append(probe);
  const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.remove();
  return [r, g, b];
}

/** A colour between two, `share` of the way from `a` to `b`. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((i) => a[i]! + (b[i]! - a[i]!) * share) as unknown as Rgb;
}

/** Diverging scale from class 0 through paper to class 1, for -1 … 1: 512 colours as RGBA bytes for image data. */
export function diverging(): Uint32Array {
  const [low, middle, high] = [token("class-0"), token("paper"), token("class-1")];
  return Uint32Array.from({ length: 512 }, (_, i) => {
    const share = (i - 255.5) / 255.5;
    const [r, g, b] = share < 0 ? mix(middle, low, -share) : mix(middle, high, share);
    return (255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r);
  });
}
