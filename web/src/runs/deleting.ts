/** Deletions that can still be taken back: the server carries them out after a while. Draws nothing. */
import { type Run, remove, restore } from "./record";

const GRACE_MS = 30_000; // as long as the server waits

export class Deleting {
  /** Deleted just now, and not to be shown; with when that happened. */
  readonly gone = new Map<string, number>();
  failure = "";
  private latest: string[] = []; // the runs that *undo* brings back
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly changed: () => void,
    private readonly clock = () => Date.now(),
  ) {}

  /** How many runs *undo* would bring back now. */
  get undoable(): number {
    return this.latest.filter((run) => this.fresh(run)).length;
  }

  async delete(runs: readonly string[]): Promise<void> {
    const outcomes = await Promise.allSettled(runs.map((run) => remove(run)));
    this.latest = runs.filter((_, i) => outcomes[i]!.status === "fulfilled");
    for (const run of this.latest) this.gone.set(run, this.clock());
    this.say(outcomes);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed(), GRACE_MS + 100);
  }

  /** Take the latest deletion back; the runs that are there again. */
  async undo(): Promise<Run[]> {
    const runs = this.latest.filter((run) => this.fresh(run));
    const outcomes = await Promise.allSettled(runs.map((run) => restore(run)));
    runs.forEach((run, i) => {
      if (outcomes[i]!.status === "fulfilled") this.gone.delete(run);
    });
    this.latest = [];
    this.say(outcomes);
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }

  private fresh(run: string): boolean {
    const when = this.gone.get(run);
    return when !== undefined && this.clock() - when < GRACE_MS;
  }

  private say(outcomes: readonly PromiseSettledResult<unknown>[]): void {
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    this.failure = refused
      .map(({ reason }) => (reason instanceof Error ? reason.message : String(reason)))
      .join("\n");
    this.changed();
  }
}
