/** When to ask again about a weight that is looked at, so that the answer is fresh and the worker is not flooded. */

export interface Entry {
  readonly tensor: string;
  readonly index: readonly number[];
}

const PAUSE_MS = 150; // between two questions about one entry: faster than that nobody reads
const PATIENCE_MS = 1000; // after which an answer is given up

export class Asking {
  private entry: Entry | null = null;
  private step = -1;
  private at = Number.NEGATIVE_INFINITY;
  private waiting = false;

  constructor(private readonly ask: (entry: Entry) => void) {}

  /** Look at an entry, or at none, at a step. Returns ms after which to look again, 0 for not by itself. */
  look(entry: Entry | null, step: number, now: number): number {
    const other = !sameEntry(entry, this.entry);
    this.entry = entry;
    if (!entry || (!other && step === this.step)) return 0;
    const wait = other ? 0 : this.at + (this.waiting ? PATIENCE_MS : PAUSE_MS) - now;
    if (wait > 0) return wait;
    this.step = step;
    this.at = now;
    this.waiting = true;
    this.ask(entry);
    return 0;
  }

  /** An answer came. */
  answered(): void {
    this.waiting = false;
  }

  /** Ask again at the next look, as after an edit. */
  stale(): void {
    this.step = -1;
  }
}

export function sameEntry(a: Entry | null, b: Entry | null): boolean {
  if (!a || !b) return a === b;
  return (
    a.tensor === b.tensor && a.index.length === b.index.length && a.index.every((i, k) => i === b.index[k])
  );
}
