/** What a person should be told now, from what was heard. Draws nothing; each notice ends by itself when it is over. */
import type { Command, RunEnded } from "../generated/wire";
import type { LaneState, Message, Problem, SessionState } from "../wire/source";
import type { Settings } from "./along";
import { inWords } from "./changing";

export type Deed =
  | { readonly send: readonly Command[] }
  | { readonly insist: Settings; readonly lane: number | null }
  | { readonly undo: true };

export interface Notice {
  readonly key: string;
  readonly trouble: boolean;
  readonly text: string;
  readonly deeds: readonly { readonly text: string; readonly deed: Deed }[];
}

export const BACK = 50;
const SMALLER = 10; // a rate that diverges is seldom one half too large
const CLIPPED = 1;

export class Noticing {
  private readonly byKey = new Map<string, Notice>();
  private told = ""; // of the end: dismissed once, it is not said again

  /** What stands now, the newest first and trouble before all else. */
  get all(): Notice[] {
    const newest = [...this.byKey.values()].reverse();
    return [...newest.filter((each) => each.trouble), ...newest.filter((each) => !each.trouble)];
  }

  put(notice: Notice): void {
    this.byKey.delete(notice.key);
    this.byKey.set(notice.key, notice);
  }

  dismiss(key: string): void {
    this.byKey.delete(key);
  }

  take(message: Message, lanes: readonly (LaneState | null)[]): void {
    switch (message.kind) {
      case "hello":
      case "state":
        this.state(message.kind === "hello" ? message.state : message);
        break;
      case "events":
        for (const event of message.events)
          if (event.kind === "RunEnded") this.ended(event.data, message.lane, lanes[message.lane] ?? null);
        break;
      case "lane":
        for (const key of ["refused", "restart"]) this.dismiss(key);
        break;
      case "refused": {
        const gone = this.byKey.get("worker");
        if (gone?.trouble && message.problems.every(({ field }) => field === "worker")) {
          this.put(gone); // says it already, and how to mend it: on top again
          break;
        }
        this.put({
          key: "refused",
          trouble: true,
          text: message.problems.map(sentence).join(" "),
          deeds: [],
        });
        break;
      }
      case "restart_needed":
        this.restart(message.settings as Settings, message.lane);
        break;
      case "worker":
        this.worker(message.alive, message.reason);
        break;
      case "connection":
        this.connection(message.open, message.reason);
    }
  }

  private state(state: SessionState): void {
    if (state.status === "dead") this.worker(false, "");
    if (state.status !== "diverged")
      for (const key of [...this.byKey.keys()]) if (key.startsWith("diverged")) this.dismiss(key);
    if (state.status === "finished") this.finished(state.step, state.finished);
    else this.unfinished();
    if (state.status === "diverged" && ![...this.byKey.keys()].some((key) => key.startsWith("diverged")))
      this.put(
        diverged(
          "diverged",
          `Diverged after step ${state.step}: a number was no longer finite.`,
          state.step,
          null,
        ),
      );
  }

  private ended(end: RunEnded, lane: number, state: LaneState | null): void {
    if (end.status === "diverged") {
      this.dismiss("diverged"); // said by the state alone, before its reason came
      this.put(
        diverged(
          `diverged-${lane}`,
          `Diverged at step ${end.step}: ${end.reason.replace(/(; stopped after step \d+)?\.?$/, "")}.`,
          end.step,
          state,
          end.reason,
        ),
      );
    }
    if (end.status === "finished") this.finished(end.step, end.reason);
    if (end.status === "failed") this.put({ key: "failed", trouble: true, text: end.reason, deeds: [] });
  }

  // said by the state as well as by the run's end: a page that came later heard only the one
  private finished(step: number, reason: string): void {
    const text = `Finished at step ${step}${reason ? `: ${reason}` : ""}.`;
    if (text !== this.told) this.put({ key: "finished", trouble: false, text, deeds: [] });
    this.told = text;
  }

  private unfinished(): void {
    this.told = "";
    this.dismiss("finished");
  }

  private restart(settings: Settings, lane: number | null): void {
    const text = `Changing ${inWords(settings)} starts over.`;
    const deeds = [{ text: "Start over", deed: { insist: settings, lane } }];
    this.put({ key: "restart", trouble: false, text, deeds });
  }

  private worker(alive: boolean, reason: string): void {
    const known = this.byKey.get("worker");
    if (alive) this.put({ key: "worker", trouble: false, text: reason, deeds: [] });
    else if (reason || !known?.trouble) {
      const deeds = [
        { text: "Restart from the last step", deed: { send: [{ do: "restart_worker" }] } as Deed },
      ];
      this.put({ key: "worker", trouble: true, text: reason || "The worker is gone.", deeds });
    }
  }

  private connection(open: boolean, reason: string): void {
    if (open) this.dismiss("connection");
    else
      this.put({
        key: "connection",
        trouble: true,
        text: `Connection lost: ${reason}. Trying again …`,
        deeds: [],
      });
  }
}

function diverged(key: string, text: string, step: number, state: LaneState | null, reason = ""): Notice {
  const back: Command = { do: "seek", step: Math.max(0, step - BACK) };
  const plain = { text: `Back ${Math.min(step, BACK)} steps`, deed: { send: [back] } as Deed };
  const cures = state && !reason.startsWith(OF_DATA) ? curesOf(state) : [];
  const cured = cures.map(({ words, settings }) => {
    const change: Command = { do: "change", settings, lane: state!.lane };
    return { text: `Back, and ${words}`, deed: { send: [back, change] } as Deed };
  });
  return { key, trouble: true, text, deeds: [plain, ...cured] };
}

const OF_DATA = "input of the batch"; // no setting of the training mends a number that was not finite before it

// what keeps steps short: shorter ones, or none longer than others
function curesOf({ experiment: { training } }: LaneState): { words: string; settings: Settings }[] {
  const cures: { words: string; settings: Settings }[] = [];
  if (training?.lr !== undefined) {
    const lr = Number((training.lr / SMALLER).toPrecision(3));
    cures.push({ words: `lr ${lr}`, settings: { "training.lr": lr } });
  }
  const own = training?.optimizer === "lbfgs"; // searches along its step by itself, and is not clipped
  if (!own && (training?.clip_norm ?? null) === null)
    cures.push({ words: `clip gradients to length ${CLIPPED}`, settings: { "training.clip_norm": CLIPPED } });
  return cures;
}

function sentence({ field, value, allowed, try_next }: Problem): string {
  const said = typeof value === "string" ? value : JSON.stringify(value);
  return `${field} is ${said}; allowed ${allowed}. ${try_next}`.trim();
}
