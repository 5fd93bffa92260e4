/** Watches the record while somebody looks: asks again and again, and tells only of what changed. Draws nothing. */
import { listed, type Run, read } from "./record";

const PAUSE_MS = 1000;
const NEWEST = 100; // runs asked for every second: what changes is nearly always among them
const MOST = 10_000; // what the server tells at once
const ALL_MS = 60_000; // so often all are asked for, as one may have been deleted, or be running since long
const SHARE = 4; // after an answer that took long, wait as many times that long: a full record must not be all work

/** Runs of a new answer; those that are as they were stay the same objects, so that their rows are not drawn anew. */
export function merged(known: readonly Run[], now: readonly Run[]): Run[] {
  const before = new Map(known.map((run) => [run.run, run]));
  return now.map((run) => {
    const old = before.get(run.run);
    return old && JSON.stringify(old) === JSON.stringify(run) ? old : run;
  });
}

/** All runs known, where only the `newest` were asked for again: older ones stay as they were. */
export function renewed(known: readonly Run[], newest: readonly Run[], asked: number): Run[] {
  const now = merged(known, newest);
  if (newest.length < asked) return now;
  const edge = Math.min(...now.map((run) => run.started));
  const again = new Set(now.map((run) => run.run));
  return [...now, ...known.filter((run) => run.started <= edge && !again.has(run.run))];
}

export class Watching {
  runs: readonly Run[] = [];
  search = "";
  failure = "";
  asked = false; // whether there was an answer at all
  complete = false; // whether `runs` are all there are, and not only the newest
  private text = ""; // of the last answer with the newest
  private short = false; // whether those were fewer than asked for
  private all = Number.NEGATIVE_INFINITY; // when all were asked for
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly seen = () => (document.hidden ? this.stop() : this.now());

  constructor(private readonly changed: () => void) {}

  start(): void {
    document.addEventListener("visibilitychange", this.seen);
    this.now();
  }

  end(): void {
    document.removeEventListener("visibilitychange", this.seen);
    this.stop();
  }

  find(search: string): void {
    this.search = search;
    this.complete = false;
    this.all = Number.NEGATIVE_INFINITY;
    this.now();
  }

  /** Ask at once, and forget a question that is still on its way. */
  now(): void {
    this.stop();
    this.text = "";
    void this.ask(NEWEST);
  }

  /** Runs that are known to be there again, before the next answer says so. */
  put(runs: readonly Run[]): void {
    const known = new Set(this.runs.map((run) => run.run));
    this.runs = [...this.runs, ...runs.filter((run) => !known.has(run.run))];
    this.changed();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = null;
  }

  private async ask(limit: number): Promise<void> {
    const mine = new AbortController();
    this.asking = mine;
    const began = performance.now();
    const failure = await this.answer(limit, began, mine.signal).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (mine.signal.aborted) return;
    if (failure !== this.failure) {
      this.failure = failure;
      this.changed();
      if (mine.signal.aborted) return;
    }
    const [now, took] = [performance.now(), performance.now() - began];
    const rest = !failure && now - this.all > ALL_MS;
    this.timer = setTimeout(
      () => this.ask(rest ? MOST : NEWEST),
      rest ? 0 : Math.max(PAUSE_MS, SHARE * took),
    );
  }

  private async answer(limit: number, now: number, signal: AbortSignal): Promise<void> {
    const text = await listed(this.search, limit, signal);
    if (signal.aborted) return;
    const same = text === this.text;
    const newest = same ? [] : read(text);
    if (limit === NEWEST && !same) [this.text, this.short] = [text, newest.length < limit];
    const all = limit === MOST || this.short;
    if (all) this.all = now;
    if (same) return;
    // what was found for another search is no part of this answer
    this.runs = all || !this.complete ? merged(this.runs, newest) : renewed(this.runs, newest, limit);
    this.complete ||= all;
    this.asked = true;
    this.changed();
  }
}
