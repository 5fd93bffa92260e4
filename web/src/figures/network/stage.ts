/** The drawing in its place: how large it is, where layers' heads stand, what is scrolled to. Draws no network. */
import { acrossOf, type Geometry } from "./layout";
import type { Place } from "./place";

/** Canvas and content as large as the geometry, and each column's head above it. */
export function fit(root: ParentNode, { width, height, xs }: Geometry): void {
  const canvas = root.querySelector("canvas")!;
  const content = root.querySelector<HTMLElement>(".content")!;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  for (const { style } of [canvas, content]) {
    style.width = `${width}px`;
    style.height = `${height}px`;
  }
  root.querySelectorAll<HTMLElement>(".head").forEach((head, i) => {
    head.style.left = `${xs[i]}px`;
  });
}

/** Scroll to what was reached by keyboard, where it is out of sight. */
export function reveal(root: ParentNode, geometry: Geometry, { column, unit }: Place): void {
  const scroll = root.querySelector<HTMLElement>(".scroll")!;
  const [x, y] = [acrossOf(geometry, column, unit), geometry.ys[column]![unit]!];
  const { clientWidth: width, clientHeight: height } = scroll;
  if (x < scroll.scrollLeft || x > scroll.scrollLeft + width) scroll.scrollLeft = x - width / 2;
  if (y < scroll.scrollTop || y > scroll.scrollTop + height) scroll.scrollTop = y - height / 2;
}
