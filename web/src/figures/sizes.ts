/** Sizes of elements, kept as they change: asking the page for one in a draw makes it lay everything out. Draws nothing. */

export type Size = readonly [width: number, height: number];

export class Sizes {
  private readonly known = new Map<Element, Size>();
  private readonly observer = new ResizeObserver((entries) => {
    for (const { target } of entries) this.known.set(target, sizeOf(target));
    this.changed();
  });

  /** `changed` is called when an element that was asked about has another size. */
  constructor(private readonly changed: () => void) {}

  /** Inner width and height in CSS pixels. */
  of(element: Element): Size {
    const known = this.known.get(element);
    if (known) return known;
    const size = sizeOf(element);
    this.known.set(element, size);
    this.observer.observe(element);
    return size;
  }

  /** Forget all elements, as when their figure has gone. */
  clear(): void {
    this.observer.disconnect();
    this.known.clear();
  }
}

const sizeOf = ({ clientWidth, clientHeight }: Element): Size => [clientWidth, clientHeight];

/** Give a canvas so many CSS pixels, as sharp as the screen is; it is cleared where that is new. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [across, down] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width === across && canvas.height === down) return;
  [canvas.width, canvas.height] = [across, down];
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
