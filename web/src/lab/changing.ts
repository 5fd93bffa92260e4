/** How settings reach the session: in flight as they move, or starting over, with a way back. Draws nothing. */
import { type Plain, valueAt } from "../controls/field";
import type { Experiment } from "../generated/wire";
import { type Heard, heard } from "../heard/heard";
import type { Message, Source } from "../wire/source";
import { along, type Settings } from "./along";
import { type Fields, fields } from "./schema";

/** A run that was started over, and what stood before it. */
export interface StartedOver {
  readonly fields: readonly string[];
  readonly before: readonly Experiment[];
  readonly words: string;
}

export class Changing {
  /** Why settings were refused, by path. */
  readonly refused = new Map<string, string>();
  startedOver: StartedOver | null = null;
  private pending: Settings = {};
  private sent: Settings = {}; // on its way, and not answered yet
  private due = 0;
  private fields: Fields | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly memory: Heard;

  constructor(private readonly source: Source) {
    this.memory = heard(source);
    this.memory.on((message) => this.take(message));
    void fields().then((found) => (this.fields = found));
  }

  /** Be called when something was refused or started over. */
  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whether changing this starts over. */
  over(path: string): boolean {
    const lane = this.memory.lane().state;
    return lane !== null && !lane.in_flight.some((free) => path === free || path.startsWith(`${free}.`));
  }

  /** Set one value. While it is being dragged only what takes effect in flight is sent, once a frame. */
  set(path: string, value: Plain, done: boolean): void {
    const { experiment } = this.memory.lane().state ?? {};
    if (!experiment || !this.fields || (this.over(path) && !done)) return;
    const standing = { ...this.sent, ...this.pending };
    const now = path in standing ? standing[path] : valueAt(experiment, path);
    if (JSON.stringify(value) === JSON.stringify(now))
      this.accept(path); // as a box says on Enter, and when it is left
    else this.apply(along(experiment, path, value, this.fields));
  }

  /** Set several values at once; `words` say what was done where it starts over. */
  apply(settings: Settings, words = ""): void {
    for (const path of Object.keys(settings)) this.refused.delete(path);
    if (Object.keys(settings).some((path) => this.over(path))) this.overWith(settings, words);
    else {
      Object.assign(this.pending, settings);
      this.due ||= requestAnimationFrame(() => this.flush());
    }
  }

  /** Start over with other experiments. */
  start(experiments: readonly Experiment[], words: string): void {
    this.remember([], words);
    this.source.send({ do: "start", experiments: plain(experiments) });
  }

  /** What was refused to be done in flight, done by starting over. */
  insist(settings: Settings, lane: number | null): void {
    this.remember(Object.keys(settings), `Started over with ${inWords(settings)}.`);
    this.source.send({ do: "change", settings, lane, restart: true });
  }

  undo(): void {
    const { startedOver } = this;
    const playing = this.memory.state?.playing ?? false;
    this.forget();
    if (!startedOver) return;
    this.source.send({ do: "start", experiments: plain(startedOver.before), undo: true });
    if (playing) this.source.send({ do: "play" });
  }

  forget(): void {
    this.startedOver = null;
    this.tell();
  }

  // what was typed is what stands: an earlier refusal is over
  private accept(path: string): void {
    if (this.refused.delete(path)) this.tell();
  }

  private overWith(settings: Settings, words: string): void {
    this.sent = { ...this.sent, ...settings };
    const main = Object.fromEntries(Object.entries(settings).slice(0, 1));
    this.remember(Object.keys(settings), words || `Started over with ${inWords(main)}.`);
    this.source.send({ do: "change", settings, lane: null, restart: true });
  }

  private remember(fields: readonly string[], words: string): void {
    const before = this.memory.lanes.flatMap((lane) => (lane.state ? [lane.state.experiment] : []));
    this.startedOver = before.length ? { fields, before, words } : null;
    this.tell();
  }

  private flush(): void {
    this.due = 0;
    const settings = this.pending;
    this.pending = {};
    this.sent = { ...this.sent, ...settings };
    this.source.send({ do: "change", settings, lane: null });
  }

  private take(message: Message): void {
    if (message.kind === "lane" || message.kind === "refused" || message.kind === "hello") this.sent = {};
    if (message.kind === "lane" && this.refused.size) {
      this.refused.clear();
      this.tell();
    }
    if (message.kind !== "refused" || (message.do !== "change" && message.do !== "start")) return;
    for (const { field, value, allowed, try_next } of message.problems)
      this.refused.set(field, `${String(value)}; allowed ${allowed}. ${try_next}`.trim());
    this.startedOver = null;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

// an experiment is plain data already; the command's type says so in other words
const plain = (experiments: readonly Experiment[]) => experiments as unknown as { [k: string]: unknown }[];

/** `noise 0.4, samples 200`. */
export function inWords(settings: Settings): string {
  return Object.entries(settings)
    .map(([path, value]) => {
      const said = Array.isArray(value)
        ? value.join(", ") || "all columns"
        : String(value ?? "its usual value");
      return `${nameOf(path)} ${said}`;
    })
    .join(", ");
}

const nameOf = (path: string) =>
  path === "data.name"
    ? "the dataset"
    : path.startsWith("seed.")
      ? path.replace("seed.", "seed of ")
      : path.slice(path.lastIndexOf(".") + 1).replaceAll("_", " ");

const known = new WeakMap<Source, Changing>();

/** The one way in which settings of a source are changed. */
export function changing(source: Source): Changing {
  const one = known.get(source) ?? new Changing(source);
  known.set(source, one);
  return one;
}
