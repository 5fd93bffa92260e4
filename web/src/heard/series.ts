/** A series of numbers by step that never grows beyond its bound, extremes kept. Draws nothing. */

/** At most `bound` points. When full, each two neighbouring buckets become one; a bucket keeps its least and most. */
export class Series {
  readonly steps: number[] = [];
  readonly values: number[] = [];
  private width = 1;

  constructor(private readonly bound = 4096) {}

  push(step: number, value: number): void {
    const last = this.steps.length - 1;
    const bucket = Math.floor(step / this.width);
    const earlier = last - 1;
    const full = earlier >= 0 && Math.floor(this.steps[earlier]! / this.width) === bucket;
    if (full && this.width > 1) this.replace(earlier, last, step, value);
    else {
      this.steps.push(step);
      this.values.push(value);
    }
    if (this.steps.length >= this.bound) this.thin();
  }

  /** Forget everything after `step`, as when the loop goes on from there. */
  cut(step: number): void {
    let keep = this.steps.length;
    while (keep > 0 && this.steps[keep - 1]! > step) keep--;
    this.steps.length = keep;
    this.values.length = keep;
  }

  clear(): void {
    this.cut(-1);
    this.width = 1;
  }

  get last(): number | undefined {
    return this.values[this.values.length - 1];
  }

  // of three points of a bucket the two that span it stay, in order of step
  private replace(i: number, j: number, step: number, value: number): void {
    const points: [number, number][] = [
      [this.steps[i]!, this.values[i]!],
      [this.steps[j]!, this.values[j]!],
      [step, value],
    ];
    const [first, second] = extremes(points);
    this.set(i, first);
    this.set(j, second);
  }

  private set(at: number, [step, value]: [number, number]): void {
    this.steps[at] = step;
    this.values[at] = value;
  }

  private thin(): void {
    const points = this.steps.map((step, i): [number, number] => [step, this.values[i]!]);
    this.steps.length = this.values.length = 0;
    this.width *= 4;
    const buckets = new Map<number, [number, number][]>();
    for (const point of points) {
      const bucket = Math.floor(point[0] / this.width);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), point]);
    }
    for (const bucket of buckets.values()) {
      for (const [step, value] of bucket.length > 2 ? extremes(bucket) : bucket) {
        this.steps.push(step);
        this.values.push(value);
      }
    }
  }
}

/** The least and the most of some points, in order of step; a value that is no number counts as most. */
function extremes(points: [number, number][]): [[number, number], [number, number]] {
  const key = (p: [number, number]) => (Number.isNaN(p[1]) ? Number.POSITIVE_INFINITY : p[1]);
  const least = points.reduce((a, b) => (key(b) < key(a) ? b : a));
  const rest = points.filter((p) => p !== least);
  const most = rest.reduce((a, b) => (key(b) > key(a) ? b : a));
  return least[0] < most[0] ? [least, most] : [most, least];
}
