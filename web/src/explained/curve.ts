/** Curves of an activation as paths in a box, with one pair of axes for all. Computes no value. */

export interface Region {
  readonly kind: "dead" | "saturated";
  readonly low: number;
  readonly high: number;
}

export interface Activation {
  readonly name: string;
  readonly code: string;
  readonly value: readonly number[];
  readonly slope: readonly number[];
  readonly regions: readonly Region[];
}

export interface GalleryData {
  readonly x: readonly number[];
  readonly activations: readonly Activation[];
  readonly meaning: Readonly<Record<string, string>>;
}

export const [LOW, HIGH] = [-1.6, 3];

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Place of an x in a box, in px. */
export function across(x: number, xs: readonly number[], { width }: Box): number {
  return ((x - xs[0]!) / (xs.at(-1)! - xs[0]!)) * width;
}

/** Place of a value; what is beyond the axes lies beyond the box, which cuts it. */
export function down(value: number, { height }: Box): number {
  return ((HIGH - value) / (HIGH - LOW)) * height;
}

/** A path through all points. */
export function path(xs: readonly number[], values: readonly number[], box: Box): string {
  return values
    .map((v, i) => `${i ? "L" : "M"}${across(xs[i]!, xs, box).toFixed(1)} ${down(v, box).toFixed(1)}`)
    .join("");
}

/** Index of the point nearest to a place in px. */
export function nearest(px: number, xs: readonly number[], { width }: Box): number {
  const at = Math.round((px / width) * (xs.length - 1));
  return Math.min(xs.length - 1, Math.max(0, at));
}

/** What kind of region a point lies in; none where it lies in none. */
export function regionAt(x: number, { regions }: Activation): Region["kind"] | "" {
  return regions.find(({ low, high }) => x >= low && x <= high)?.kind ?? "";
}
