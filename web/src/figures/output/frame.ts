/** Where raw inputs stand on a plot, and the ticks of its axes. Draws nothing. */

export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Raw values at the plot's edges. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export const pixelX = (frame: Frame, value: number): number =>
  frame.left + ((value - frame.x[0]) / (frame.x[1] - frame.x[0])) * frame.width;
export const pixelY = (frame: Frame, value: number): number =>
  frame.top + frame.height - ((value - frame.y[0]) / (frame.y[1] - frame.y[0])) * frame.height;
export const rawX = (frame: Frame, pixel: number): number =>
  frame.x[0] + ((pixel - frame.left) / frame.width) * (frame.x[1] - frame.x[0]);
export const rawY = (frame: Frame, pixel: number): number =>
  frame.y[0] + ((frame.top + frame.height - pixel) / frame.height) * (frame.y[1] - frame.y[0]);

export function inside(frame: Frame, x: number, y: number): boolean {
  return x >= frame.left && x <= frame.left + frame.width && y >= frame.top && y <= frame.top + frame.height;
}

/** Round values between two, about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count = 5): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    found.push(Number((k * step).toFixed(Math.min(places, 20))));
  return found;
}

/** Least and greatest finite value, widened where they are equal. */
export function limitsOf(values: ArrayLike<number>, every = 1, from = 0): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = from; i < values.length; i += every) {
    const value = values[i]!;
    if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
    if (value > high && value < Number.POSITIVE_INFINITY) high = value;
  }
  if (low > high) return [-1, 1];
  return low < high ? [low, high] : [low - 1, high + 1];
}

/** The index of the nearest of evenly spaced places. */
export function nearest(places: ArrayLike<number>, value: number): number {
  const [first, last] = [places[0]!, places[places.length - 1]!];
  const share = (value - first) / (last - first);
  return Math.min(places.length - 1, Math.max(0, Math.round(share * (places.length - 1))));
}

/** An index among `count`. */
export function clamp(at: number, count: number): number {
  return Math.min(count - 1, Math.max(0, at));
}
