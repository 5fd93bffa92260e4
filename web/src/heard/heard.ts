/** The shared memory of a source: what a figure that is opened late needs to know. Draws nothing and asks nothing. */
import type { Changed, Measured, PhaseEnded, RunEnded, StepEnded, WireEvent } from "../generated/wire";
import type { Inspected, LaneState, Message, Place, Problem, SessionState, Source } from "../wire/source";
import { recall } from "./past";
import { Series } from "./series";

/** Series of the loss over all training rows and what is added to it for the size of the weights. */
export const WITH_PENALTY = "loss.train+penalty";

/** What is known of one lane. Series by name: `loss`, `penalty`, `lr`, and `instrument.key` of every measured value. */
export class Lane {
  state: LaneState | null = null;
  readonly series = new Map<string, Series>();
  readonly measured = new Map<string, Measured>();
  readonly phases: PhaseEnded[] = []; // of the batch in progress, in order
  before: PhaseEnded | null = null; // the phase that ended right before these
  readonly recalled = new Set<string>(); // series whose recorded past was asked for
  begun = 0; // when the first step of its run was heard, by the page's clock; 0 where it came before the page listened
  changes: Changed[] = [];
  last: StepEnded | null = null;
  ended: RunEnded | null = null;

  /** A series by name, made where it is asked for first. */
  of(name: string): Series {
    const series = this.series.get(name) ?? new Series();
    this.series.set(name, series);
    return series;
  }
}

// what a session is until its worker has said where it stands
const STARTING: SessionState = {
  status: "starting",
  playing: false,
  step: 0,
  epoch: 0,
  head: 0,
  phase: "",
  steps_per_second: 0,
  speed: null,
  finished: "",
  shown: [],
  columns: [],
};

export class Heard {
  session = "";
  state: SessionState | null = null;
  readonly lanes: Lane[] = [new Lane()];
  refused: { do: string; problems: Problem[] } | null = null;
  inspected: Inspected | null = null;
  worker: { alive: boolean; reason: string } = { alive: true, reason: "" };
  connected = false;
  private readonly listeners = new Set<(message: Message) => void>();

  constructor(readonly source: Source) {
    source.subscribe((message) => {
      this.take(message);
      this.tell(message);
      if (message.kind === "hello" && message.state.head > 0)
        message.lanes.forEach((_, lane) => void this.recall(lane, isLoss));
      if (message.kind === "lane" && message.facts.from) void this.recall(message.lane, isLoss);
    });
  }

  /** Ask for the recorded past of a lane's series; listeners hear `past` where there was any. */
  async recall(lane: number, wanted: (name: string) => boolean): Promise<void> {
    if (await recall(this.source, this.lane(lane), wanted)) this.tell({ kind: "past", lane, seq: 0 });
  }

  private tell(message: Message): void {
    for (const listener of this.listeners) listener(message);
  }

  /** Be called after each message is taken in. Returns how to stop. */
  on(listener: (message: Message) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  lane(n = 0): Lane {
    while (this.lanes.length <= n) this.lanes.push(new Lane());
    return this.lanes[n]!;
  }

  private take(message: Message): void {
    if (message.kind === "hello") {
      this.session = message.session;
      this.state = { ...STARTING, ...message.state };
      this.lanes.length = Math.min(this.lanes.length, Math.max(1, message.lanes.length)); // longer, it had holes
      for (const lane of message.lanes) this.laneIs(lane);
    } else if (message.kind === "state") this.state = { ...STARTING, ...message };
    else if (message.kind === "lane") {
      this.laneIs(message);
      this.lanes.length = Math.min(this.lanes.length, message.lanes ?? this.lanes.length);
    } else if (message.kind === "events")
      for (const event of message.events) this.event(this.lane(message.lane), event);
    else if (message.kind === "refused") this.refused = message;
    else if (message.kind === "inspected") this.inspected = message;
    else if (message.kind === "worker") this.worker = message;
    else if (message.kind === "connection") this.connected = message.open;
  }

  private laneIs(state: LaneState): void {
    const lane = this.lane(state.lane);
    if (lane.state?.run !== state.run && (lane.state || !this.state?.head))
      lane.begun = Number.POSITIVE_INFINITY;
    if (lane.state && lane.state.run !== state.run) this.newRun(lane, state);
    lane.state = state;
    lane.changes = state.changes;
  }

  // a run that goes on from an earlier step keeps what was drawn up to there
  private newRun(lane: Lane, state: LaneState): void {
    const kept = shared(lane.state!, state);
    for (const series of lane.series.values()) series.cut(kept);
    lane.ended = null;
    lane.phases.length = 0;
    lane.before = null;
    if (kept >= 0) return;
    lane.measured.clear();
    lane.recalled.clear();
  }

  private event(lane: Lane, event: WireEvent): void {
    switch (event.kind) {
      case "StepEnded":
        stepEnded(lane, event.data);
        break;
      case "Measured":
        measured(lane, event.data);
        break;
      case "PhaseEnded":
        phaseEnded(lane, event.data);
        break;
      case "Changed":
        if (!lane.changes.some((known) => alike(known, event.data)))
          lane.changes = [...lane.changes, event.data];
        break;
      case "RunEnded":
        lane.ended = event.data;
    }
  }
}

const isLoss = (name: string) => name === "loss";

/** The last step that a run has in common with the one before it; -1 where it has none. */
function shared(before: LaneState, now: LaneState): number {
  const [from, earlier] = [now.facts.from, before.facts.from] as (Place | undefined)[];
  if (from?.[0] === before.run) return from[1];
  // where the one before never began, both went on from the same run
  return from && earlier && from[0] === earlier[0] ? Math.min(from[1], earlier[1]) : -1;
}

// a session tells of a change twice: in the stream, and in its lane's whole state
function alike(a: Changed, b: Changed): boolean {
  return a.step === b.step && a.field === b.field && same(a.old, b.old) && same(a.new, b.new);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function stepEnded(lane: Lane, step: StepEnded): void {
  if (lane.begun > Date.now()) lane.begun = Date.now();
  const known = lane.last;
  if (known && step.step <= known.step) for (const series of lane.series.values()) series.cut(step.step - 1);
  lane.last = step;
  lane.of("loss").push(step.step, step.loss);
  lane.of("penalty").push(step.step, step.penalty);
  lane.of("lr").push(step.step, step.lr);
}

function phaseEnded(lane: Lane, phase: PhaseEnded): void {
  if (phase.phase === "batch") {
    const last = lane.phases.pop();
    lane.before = last && phase.step - last.step <= 1 ? last : null; // after a free run it says nothing of this batch
    lane.phases.length = 0;
  }
  lane.phases.push(phase);
}

function measured(lane: Lane, reading: Measured): void {
  lane.measured.set(reading.instrument, reading);
  for (const [key, value] of Object.entries(reading.values)) {
    const series = lane.of(`${reading.instrument}.${key}`);
    const last = series.steps[series.steps.length - 1] ?? -1;
    if (reading.step > last) series.push(reading.step, value); // looking back at an earlier step adds nothing
  }
  const { train, penalty } = reading.values;
  if (reading.instrument !== "loss" || train === undefined || penalty === undefined) return;
  const whole = lane.of(WITH_PENALTY);
  if (reading.step > (whole.steps.at(-1) ?? -1)) whole.push(reading.step, train + penalty);
}

const memories = new WeakMap<Source, Heard>();

/** The memory of a source: the same one for all figures that ask. */
export function heard(source: Source): Heard {
  const memory = memories.get(source) ?? new Heard(source);
  memories.set(source, memory);
  return memory;
}
