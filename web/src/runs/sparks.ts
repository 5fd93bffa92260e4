/** Losses for small pictures, fetched for rows in sight only and a few at a time. Draws nothing. */
import { type Points, points, type Run } from "./record";

const AT_ONCE = 3;
const POINTS = 60;
const AGAIN_MS = 2000; // a running run's picture is fetched anew at most this often

/** The loss of all training rows where it was measured (then that of the test rows was too): batches are noisier. */
const picture = ({ run, test }: Run): Promise<Points> =>
  points(run, "loss" in test ? "loss.train" : "loss", POINTS);

interface Known {
  readonly steps: number; // of the run, when it was asked
  readonly when: number;
  readonly points: Points | null;
}

export class Sparks {
  private readonly known = new Map<string, Known>();
  private wanted: Run[] = [];
  private busy = 0;

  constructor(
    private readonly changed: () => void,
    private readonly fetch = picture,
    private readonly clock = () => performance.now(),
  ) {}

  of(run: Run): Points | null {
    return this.known.get(run.run)?.points ?? null;
  }

  /** These rows are in sight now; whatever else was waiting no longer matters. */
  want(runs: readonly Run[]): void {
    this.wanted = runs.filter((run) => this.due(run));
    while (this.busy < AT_ONCE && this.wanted.length) void this.next(this.wanted.shift()!);
  }

  private due(run: Run): boolean {
    const known = this.known.get(run.run);
    return run.steps > 0 && (!known || (known.steps !== run.steps && this.clock() - known.when > AGAIN_MS));
  }

  private async next(run: Run): Promise<void> {
    this.busy++;
    const before = this.known.get(run.run)?.points ?? null;
    this.known.set(run.run, { steps: run.steps, when: this.clock(), points: before });
    const got = await this.fetch(run).catch(() => before); // one without a loss has no picture
    this.known.set(run.run, { steps: run.steps, when: this.clock(), points: got });
    this.busy--;
    this.changed();
    this.want(this.wanted);
  }
}
