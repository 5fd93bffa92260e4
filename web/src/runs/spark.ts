/** A small picture of a loss, as the path of a line. Knows no run and asks nobody. */
import type { Points } from "./record";

/** SVG path of a series in a box of `width` × `height`: first step at the left, least value at the bottom.
 *
 * A series that is positive everywhere and spans more than a decade is drawn by its logarithm, as one that falls from 1
 * to 0.001 would else be a corner. Gaps where a value is no number.
 */
export function path({ steps, values }: Points, width: number, height: number): string {
  const scale = scaled(values);
  const drawn = values.map((value) => (value === null || !Number.isFinite(value) ? null : scale(value)));
  const known = drawn.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const [first, span] = [steps[0] ?? 0, (steps.at(-1) ?? 0) - (steps[0] ?? 0) || 1];
  let pen = "M";
  let line = "";
  drawn.forEach((value, i) => {
    if (value === null) pen = "M";
    else {
      const x = ((steps[i]! - first) / span) * width;
      const y = high > low ? height * (1 - (value - low) / (high - low)) : height / 2;
      line += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    }
  });
  return line;
}

function scaled(values: readonly (number | null)[]): (value: number) => number {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low > 0 && high > 10 * low ? Math.log : (value) => value;
}
