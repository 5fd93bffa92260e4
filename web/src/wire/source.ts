/** What a figure knows of the world: messages come in, commands go out. Never which host it stands in. */
import type { Changed, Command, Experiment, WireEvent } from "../generated/wire";

export type Status = "starting" | "paused" | "playing" | "seeking" | "diverged" | "finished" | "dead";
export type PhaseName =
  | "batch"
  | "zero_grad"
  | "forward"
  | "loss"
  | "backward"
  | "clip"
  | "step"
  | "schedule";

export const PHASES: readonly PhaseName[] = [
  "batch",
  "zero_grad",
  "forward",
  "loss",
  "backward",
  "clip",
  "step",
  "schedule",
];

/** One line of a mistake: field, value, what is allowed, what to try. */
export interface Problem {
  field: string;
  value: unknown;
  allowed: string;
  try_next: string;
}

/** Where the session stands. `head` is the last step trained, `step` the one shown; `phase` the one that ended last inside a batch. */
export interface SessionState {
  status: Status;
  playing: boolean;
  step: number;
  epoch: number;
  head: number;
  phase: PhaseName | "";
  steps_per_second: number;
  speed: number | null;
  finished: string; // why there is no next step; empty where there is one
  shown: string[];
  columns: number[];
}

/** One experiment of the session, as it now is. */
export interface LaneState {
  lane: number;
  experiment: Experiment;
  link: string;
  run: string;
  facts: Record<string, unknown>;
  parameters: Record<string, number[]>;
  in_flight: string[];
  changes: Changed[];
}

export interface Inspected {
  lane: number;
  tensor: string;
  index: number[];
  name: string;
  value: number;
  gradient: number | null;
  update: number | null;
  buffers: Record<string, number>;
  formula: string;
  step: number;
}

export type Message = { seq: number } & (
  | {
      kind: "hello";
      session: string;
      resumed?: boolean; // whether all that was missed follows
      lanes: LaneState[];
      state: SessionState;
      limits: Record<string, number>;
      versions: Record<string, string>;
    }
  | { kind: "events"; lane: number; events: WireEvent[] }
  | ({ kind: "state" } & SessionState)
  | ({ kind: "lane"; lanes?: number } & LaneState) // `lanes`: how many there are now
  | { kind: "refused"; do: string; problems: Problem[] }
  | { kind: "restart_needed"; settings: Record<string, unknown>; fields: string[]; lane: number | null }
  | ({ kind: "inspected" } & Inspected)
  | { kind: "code"; lane: number; to: "script" | "notebook"; text: string; name: string }
  | { kind: "worker"; alive: boolean; reason: string }
  | { kind: "connection"; open: boolean; reason: string } // said by the source itself
  | { kind: "past"; lane: number } // said by the memory: what was recorded earlier is known now
);

/** A recorded series; null where a value is no finite number. */
export interface Curve {
  steps: number[];
  values: (number | null)[];
  from?: Place | undefined; // where the record of this run begins
}

/** A run and a step of it, from which another went on. */
export type Place = readonly [run: string, step: number];

export interface Source {
  subscribe(hear: (message: Message) => void): () => void;
  send(command: Command): void;
  /** What was recorded of a run before this page listened, all of it or between two steps; a host that keeps nothing has no such method. */
  past?(run: string, series: string, between?: readonly [first: number, last: number]): Promise<Curve>;
}
