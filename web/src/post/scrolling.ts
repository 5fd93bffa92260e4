/** What is wider than its place can be scrolled by keyboard: it is a stop of the Tab key as long as it is. */

const WIDE = "pre, .output, .shown, div.math";

export function reachScrolling(place: ParentNode): void {
  const seen = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const element = target as HTMLElement;
      if (element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX !== "visible")
        element.tabIndex = 0;
      else if (element.tabIndex === 0) element.removeAttribute("tabindex");
    }
  });
  for (const element of place.querySelectorAll(WIDE)) seen.observe(element);
}
