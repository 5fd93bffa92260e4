/** A source that plays what was recorded, without a server: the same messages as live ones. Draws and trains nothing. */
import type { Command } from "../generated/wire";
import type { Grid } from "../wire/arrays";
import type { LaneState, Message, SessionState, Source } from "../wire/source";
import type { Recorded, Recording, Take } from "./recording";

const FRAME_MS = 100;
const PASSIVE = new Set(["show", "drawn", "speed"]); // nothing follows from these here

/** Told of one hearer at a time what all of a session's figures need: hello, events frame by frame, state. */
export class ReplaySource implements Source {
  private readonly hearers = new Set<(message: Message) => void>();
  private take: Take;
  private steps: readonly number[];
  private at: number;
  private timer = 0;
  private seq = 0;
  private told = 0; // of takes begun anew: a new run's name makes the memory forget the old one

  constructor(private readonly recording: Recording) {
    this.take = recording.takes[0]!;
    this.steps = stepsOf(this.take);
    this.at = this.steps.length - 1; // a figure at rest shows how it ended
  }

  /** Steps at which there is something to see, the first one 0. */
  get stops(): readonly number[] {
    return this.steps;
  }

  get playing(): boolean {
    return this.timer !== 0;
  }

  subscribe(hear: (message: Message) => void): () => void {
    this.hearers.add(hear);
    queueMicrotask(() => this.hearers.has(hear) && this.everything(hear));
    return () => this.hearers.delete(hear);
  }

  send(command: Command): void {
    if (command.do === "play") this.play();
    else if (command.do === "inspect")
      this.inspect(command.lane ?? 0, command.tensor, command.index as number[]);
    else if (command.do === "pause") this.pause();
    else if (command.do === "advance") this.stand(this.at + 1);
    else if (command.do === "seek") this.stand(last(this.steps, command.step));
    else if (command.do === "reset") this.stand(0);
    else if (!PASSIVE.has(command.do)) this.refuse(command.do);
  }

  /** Show the take with these settings, at the same share of the way; false where none was recorded. */
  choose(settings: Readonly<Record<string, unknown>>): boolean {
    const wanted = key(settings);
    const found = this.recording.takes.find((take) => key(take.settings) === wanted);
    if (!found) return false;
    const share = this.at / Math.max(1, this.steps.length - 1);
    this.take = found;
    this.steps = stepsOf(found);
    this.at = Math.round(share * (this.steps.length - 1));
    this.anew();
    return true;
  }

  /** Play no more, as when nobody looks any longer. */
  close(): void {
    clearInterval(this.timer);
    this.timer = 0;
  }

  // time

  private play(): void {
    if (this.timer) return;
    if (this.at >= this.steps.length - 1) this.show(0);
    this.timer = window.setInterval(() => this.on(), FRAME_MS);
    this.state();
  }

  private on(): void {
    if (this.at + 1 >= this.steps.length - 1) this.close();
    this.show(this.at + 1);
  }

  private pause(): void {
    this.close();
    this.state();
  }

  private stand(place: number): void {
    this.close();
    this.show(place);
  }

  private show(place: number): void {
    const to = Math.min(Math.max(0, place), this.steps.length - 1);
    const from = this.at;
    this.at = to;
    if (to < from) this.anew();
    else if (to > from) this.tell(from + 1);
    this.state();
  }

  // telling

  private anew(): void {
    this.told++;
    const lanes = this.take.lanes.length;
    for (let lane = 0; lane < lanes; lane++) this.say({ kind: "lane", lanes, ...this.lane(lane), seq: 0 });
    this.tell(0);
    this.state();
  }

  /** Everything from this place up to the present one, a message a lane. */
  private tell(from: number): void {
    for (const message of this.between(from)) this.say(message);
  }

  private between(from: number): Message[] {
    const low = from > 0 ? this.steps[from - 1]! : -1;
    const high = this.steps[this.at]!;
    return this.take.lanes.flatMap(({ frames }, lane) => {
      const events = frames.filter(({ step }) => step > low && step <= high).flatMap((frame) => frame.events);
      return events.length ? [{ kind: "events", lane, events, seq: 0 } as Message] : [];
    });
  }

  private everything(hear: (message: Message) => void): void {
    const lanes = this.take.lanes.map((_, lane) => this.lane(lane));
    const { versions } = this.recording;
    hear({
      kind: "hello",
      session: "replay",
      resumed: false,
      lanes,
      state: this.now(),
      limits: {},
      versions,
      seq: ++this.seq,
    });
    for (const message of this.between(0)) hear({ ...message, seq: ++this.seq });
    hear({ kind: "state", ...this.now(), seq: ++this.seq });
  }

  private lane(number: number): LaneState {
    const { lane } = this.take.lanes[number]!;
    return { ...lane, lane: number, run: `${lane.run}-${this.told}` };
  }

  private now(): SessionState {
    const [step, playing] = [this.steps[this.at]!, this.playing];
    const ended = this.at === this.steps.length - 1;
    return {
      status: playing ? "playing" : ended ? "finished" : "paused",
      playing,
      step,
      epoch: epochAt(this.take.lanes[0]!, step),
      head: step,
      phase: "",
      steps_per_second: 0,
      speed: null,
      finished: ended ? "the end of what was recorded" : "",
      shown: [],
      columns: (this.take.lanes[0]!.lane as { columns?: number[] }).columns ?? [],
    };
  }

  private state(): void {
    this.say({ kind: "state", ...this.now(), seq: 0 });
  }

  private say(message: Message): void {
    for (const hear of this.hearers) hear({ ...message, seq: ++this.seq });
  }

  // questions

  /** The weight as it was recorded; its gradient and what the optimizer kept of it were not. */
  private inspect(lane: number, tensor: string, index: number[]): void {
    const grid = this.weight(lane, tensor);
    if (!grid) {
      this.refuse("inspect");
      return;
    }
    const place = index.reduce((place, each, axis) => place * grid.shape[axis]! + each, 0);
    const step = this.steps[this.at]!;
    const [gradient, update] = [null, null];
    const name = `${tensor}[${index.join(", ")}]`;
    const value = grid.data[place]!;
    this.say({
      kind: "inspected",
      lane,
      tensor,
      index,
      name,
      value,
      gradient,
      update,
      buffers: {},
      formula: "",
      step,
      seq: 0,
    });
  }

  private weight(lane: number, tensor: string): Grid | undefined {
    const until = this.steps[this.at]!;
    const told =
      this.take.lanes[lane]?.frames.filter(({ step }) => step <= until).flatMap(({ events }) => events) ?? [];
    const readings = told.filter((event) => event.kind === "Measured" && event.data.instrument === "weights");
    return (readings.at(-1)?.data as { arrays?: Record<string, Grid> } | undefined)?.arrays?.[
      `values/${tensor}`
    ];
  }

  private refuse(what: string): void {
    const problem = {
      field: what,
      value: "a recording",
      allowed: "a live session",
      try_next: "It takes PyTorch to do that.",
    };
    this.say({ kind: "refused", do: what, problems: [problem], seq: 0 });
  }
}

function stepsOf(take: Take): readonly number[] {
  const steps = new Set([0, ...take.lanes.flatMap(({ frames }) => frames.map(({ step }) => step))]);
  return [...steps].sort((a, b) => a - b);
}

/** The last place whose step is at most `step`. */
function last(steps: readonly number[], step: number): number {
  const beyond = steps.findIndex((each) => each > step);
  return beyond < 0 ? steps.length - 1 : Math.max(0, beyond - 1);
}

function epochAt({ frames }: Recorded, step: number): number {
  let epoch = 0;
  for (const frame of frames)
    for (const event of frame.events)
      if (event.kind === "StepEnded" && event.data.step <= step) epoch = event.data.epoch;
  return epoch;
}

const key = (settings: Readonly<Record<string, unknown>>) =>
  JSON.stringify(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
