/** The page's sweep: one socket and one process, and all that was heard of them. Draws nothing and knows no view. */
import { decode } from "@msgpack/msgpack";
import type { Experiment, TileCommand } from "../generated/wire";
import { type Grid, revive } from "../wire/arrays";
import type { Problem } from "../wire/source";

export interface Factor {
  readonly field: string;
  readonly levels: readonly string[];
}

/** What would be trained. */
export interface Foreseen {
  readonly tiles: number;
  readonly seeds: number;
  readonly runs: number;
  readonly stacks: number;
  readonly bytes: number;
  readonly because: readonly string[];
  readonly no_surface: string; // why tiles show their loss instead; empty where they have a surface
}

/** Rows and axes of a dataset that tiles share. */
export interface TileData {
  readonly task: string;
  readonly inputs: readonly string[];
  readonly center: number;
  readonly scale: number;
  readonly arrays: Record<string, Grid>;
}

export interface Begun extends Foreseen {
  readonly name: string;
  readonly experiment: Experiment;
  readonly over: readonly string[];
  readonly factors: readonly Factor[];
  readonly data: readonly TileData[];
  readonly data_of: readonly number[]; // by run
  readonly steps: readonly number[]; // that each run will take
  readonly links: readonly string[];
}

export interface TileFrame {
  readonly step: number;
  readonly repetition: number;
  readonly steps: Grid;
  readonly states: Grid;
  readonly train: Grid;
  readonly test: Grid;
  readonly surfaces: readonly { run: number; values: Grid }[];
}

export interface Standing {
  readonly point: number;
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly runs: number;
  readonly diverged: number;
}

export interface Done {
  readonly sweep: string;
  readonly finished: number;
  readonly runs: number;
  readonly by: string;
  readonly best: number | null;
  readonly verdict: readonly string[];
  readonly table: readonly Standing[];
}

export interface TilingState {
  readonly status: "none" | "playing" | "paused" | "over";
  readonly steps_per_second: number;
  readonly speed: number | null;
}

type Message = { seq: number } & (
  | ({ kind: "foreseen" } & Foreseen)
  | ({ kind: "begun" } & Begun)
  | ({ kind: "frame" } & TileFrame)
  | ({ kind: "state" } & TilingState)
  | ({ kind: "done" } & Done)
  | { kind: "refused"; do: string; problems: Problem[] }
  | { kind: "worker"; alive: boolean; reason: string }
);

/** A run's losses as far as frames told them. */
export interface Curve {
  steps: number[];
  train: number[];
  test: number[];
}

const MOST_POINTS = 400; // of a curve: then every second one goes
const IDLE: TilingState = { status: "none", steps_per_second: 0, speed: null };

export class Tiling {
  foreseen: Foreseen | null = null;
  plan: Begun | null = null;
  frame: TileFrame | null = null;
  done: Done | null = null;
  state: TilingState = IDLE;
  /** Why the last command was refused, by its name. */
  refused: { readonly do: string; readonly problems: readonly Problem[] } | null = null;
  /** Why the process has gone; empty while it is there, or was not asked for yet. */
  gone = "";
  readonly surfaces = new Map<number, Grid>();
  curves: Curve[] = [];
  private readonly hearers = new Set<(kind: Message["kind"]) => void>();
  private readonly waiting: TileCommand[] = [];
  private socket: WebSocket | null = null;
  private undrawn = 0;

  constructor(private readonly address: () => string) {}

  on(hear: (kind: Message["kind"]) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  send(command: TileCommand): void {
    if (!this.socket) this.connect();
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
    else this.waiting.push(command);
  }

  /** Whoever shows it has drawn all that was heard: more may come. Until then it trains on unseen. */
  drawn(): void {
    if (!this.undrawn || this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ do: "drawn", seq: this.undrawn }));
    this.undrawn = 0;
  }

  /** Let the process go where nothing was begun: whoever only looked in leaves none behind. */
  leave(): void {
    if (!this.plan) this.socket?.close();
  }

  private connect(): void {
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.gone = "";
    this.undrawn = 0;
    socket.onopen = () => {
      for (const command of this.waiting.splice(0)) socket.send(JSON.stringify(command));
    };
    socket.onmessage = ({ data }) =>
      this.hear(revive(decode(new Uint8Array(data as ArrayBuffer))) as Message);
    socket.onclose = () => this.lost();
  }

  private lost(): void {
    this.socket = null;
    this.waiting.length = 0;
    if (this.plan) this.gone ||= "The server does not answer.";
    this.state = { ...IDLE, status: this.done ? "over" : "none" };
    this.say("worker");
  }

  hear(message: Message): void {
    if (message.kind === "frame") this.take(message);
    else if (message.kind === "begun") this.begin(message);
    else if (message.kind === "foreseen") [this.foreseen, this.refused] = [message, null];
    else if (message.kind === "done") this.done = message;
    else if (message.kind === "state") this.state = message;
    else if (message.kind === "refused") this.refuse(message);
    else this.gone = message.reason;
    this.say(message.kind);
  }

  private begin(plan: Begun): void {
    [this.plan, this.frame, this.done, this.refused] = [plan, null, null, null];
    this.surfaces.clear();
    this.curves = Array.from({ length: plan.runs }, () => ({ steps: [], train: [], test: [] }));
  }

  private refuse(refused: { do: string; problems: readonly Problem[] }): void {
    this.refused = refused;
    if (refused.do === "foresee") this.foreseen = null;
  }

  private take(frame: TileFrame & { seq: number }): void {
    this.frame = frame;
    this.undrawn = frame.seq;
    this.surfaces.clear();
    for (const { run, values } of frame.surfaces) this.surfaces.set(run, values);
    this.curves.forEach((curve, run) => {
      const step = frame.steps.data[run]!;
      if (curve.steps.at(-1) === step) return;
      add(curve, step, frame.train.data[run]!, frame.test.data[run]!);
    });
  }

  private say(kind: Message["kind"]): void {
    for (const hear of this.hearers) hear(kind);
  }
}

function add(curve: Curve, step: number, train: number, test: number): void {
  curve.steps.push(step);
  curve.train.push(train);
  curve.test.push(test);
  if (curve.steps.length <= MOST_POINTS) return;
  const half = (values: number[]) => values.filter((_, i) => i % 2 === 0);
  [curve.steps, curve.train, curve.test] = [half(curve.steps), half(curve.train), half(curve.test)];
}

let page: Tiling | null = null;

/** The one of this page: it goes on while another view is open, and ends with the page. */
export function tiling(): Tiling {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  page ??= new Tiling(() => `${scheme}://${location.host}/api/sweeps/live`);
  return page;
}
