/** A series of numbers by step that never grows beyond its bound, extremes and newest kept. Draws nothing. */

type Point = readonly [step: number, value: number];

/** At most `bound` points: buckets of `width` steps, of which the least and the most stay. The last point is the newest. */
export class Series {
  readonly steps: number[] = [];
  readonly values: number[] = [];
  private width = 1;

  constructor(private readonly bound = 4096) {}

  push(step: number, value: number): void {
    this.settle();
    this.steps.push(step);
    this.values.push(value);
    while (this.steps.length > this.bound) this.thin();
  }

  /** Forget everything after `step`, as when the loop goes on from there. */
  cut(step: number): void {
    const keep = after(this.steps, step);
    this.steps.length = this.values.length = keep;
    if (keep < this.bound / 2) this.width = 1; // what comes is drawn finely again
  }

  /** Put points of the past in front of what is known. */
  prepend(steps: readonly number[], values: readonly number[]): void {
    const first = this.steps[0] ?? Number.POSITIVE_INFINITY;
    const earlier = steps.filter((step) => step < first).length;
    this.steps.unshift(...steps.slice(0, earlier));
    this.values.unshift(...values.slice(0, earlier));
    while (this.steps.length > this.bound) this.thin();
  }

  get last(): number | undefined {
    return this.values[this.values.length - 1];
  }

  /** The value that stood at `step`: that of the latest point up to it. */
  at(step: number): number | undefined {
    return this.values[after(this.steps, step) - 1];
  }

  // the newest point joins its bucket only when a newer one comes, so that the present is always drawn
  private settle(): void {
    const n = this.steps.length;
    if (this.width === 1 || n < 3 || this.bucket(n - 3) !== this.bucket(n - 1)) return;
    const kept = extremes([this.point(n - 3), this.point(n - 2), this.point(n - 1)]);
    this.steps.length = this.values.length = n - 3;
    this.add(kept);
  }

  private thin(): void {
    this.width *= 2;
    const points = this.steps.map((_, i) => this.point(i));
    this.steps.length = this.values.length = 0;
    for (let from = 0, to = 0; from < points.length; from = to) {
      const bucket = Math.floor(points[from]![0] / this.width);
      while (to < points.length && Math.floor(points[to]![0] / this.width) === bucket) to++;
      this.add(extremes(points.slice(from, to)));
    }
    const newest = points[points.length - 1]!;
    if (this.steps[this.steps.length - 1] !== newest[0]) this.add([newest]);
  }

  private add(points: readonly Point[]): void {
    for (const [step, value] of points) {
      this.steps.push(step);
      this.values.push(value);
    }
  }

  private point(i: number): Point {
    return [this.steps[i]!, this.values[i]!];
  }

  private bucket(i: number): number {
    return Math.floor(this.steps[i]! / this.width);
  }
}

/** How many of the ascending `steps` are at most `step`. */
export function after(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least and the most of some points, in order of step; a value that is no number counts as most. */
function extremes(points: readonly Point[]): readonly Point[] {
  if (points.length <= 2) return points;
  const key = (i: number) => (Number.isNaN(points[i]![1]) ? Number.POSITIVE_INFINITY : points[i]![1]);
  let least = 0;
  let most = points.length - 1; // another one than the least where all are equal
  for (let i = 0; i < points.length; i++) {
    if (key(i) < key(least)) least = i;
    if (key(i) > key(most)) most = i;
  }
  if (least === most) return [points[least]!];
  return least < most ? [points[least]!, points[most]!] : [points[most]!, points[least]!];
}
