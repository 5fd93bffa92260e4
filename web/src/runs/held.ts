/** What the panel of chosen runs needs of each: settings and curves, fetched again where the run went on. Draws nothing. */
import { type Points, points, type Run, type Whole, whole } from "./record";

const POINTS = 1000;

interface Kept<T> {
  readonly stamp: string; // how the run stood when this was asked for
  readonly value: T | null;
  readonly failure: string;
}

export class Held {
  private readonly wholes = new Map<string, Kept<Whole>>();
  private readonly curves = new Map<string, Kept<Points>>();

  constructor(private readonly changed: () => void) {}

  whole(run: Run): Whole | null {
    return this.wholes.get(run.run)?.value ?? null;
  }

  curve(run: Run, series: string): Points | null {
    return this.curves.get(key(run, series))?.value ?? null;
  }

  /** Why a curve could not be had. */
  failure(run: Run, series: string): string {
    return this.curves.get(key(run, series))?.failure ?? "";
  }

  /** Have these runs and this series of each; whatever else was held is forgotten. */
  want(runs: readonly Run[], series: string): void {
    forget(this.wholes, new Set(runs.map((run) => run.run)));
    forget(this.curves, new Set(runs.map((run) => key(run, series))));
    for (const run of runs) {
      const stamp = `${run.status} ${run.steps}`;
      this.have(this.wholes, run.run, run.status, () => whole(run.run));
      if (this.whole(run)?.series.includes(series) ?? series === "loss")
        this.have(this.curves, key(run, series), stamp, () => points(run.run, series, POINTS));
    }
  }

  // what is held stays while newer numbers are on their way
  private have<T>(kept: Map<string, Kept<T>>, at: string, stamp: string, fetch: () => Promise<T>): void {
    const held = kept.get(at);
    if (held?.stamp === stamp) return;
    kept.set(at, { stamp, value: held?.value ?? null, failure: "" });
    fetch().then(
      (value) => this.take(kept, at, { stamp, value, failure: "" }),
      (error: unknown) =>
        this.take(kept, at, { stamp, value: null, failure: String((error as Error).message) }),
    );
  }

  private take<T>(kept: Map<string, Kept<T>>, at: string, got: Kept<T>): void {
    if (!kept.has(at)) return;
    kept.set(at, got);
    this.changed();
  }
}

const key = (run: Run, series: string) => `${run.run} ${series}`;

function forget(kept: Map<string, unknown>, wanted: ReadonlySet<string>): void {
  for (const at of kept.keys()) if (!wanted.has(at)) kept.delete(at);
}
