/** A recorded figure as it stands in a page: bytes become messages of the wire again. Plays nothing. */
import { decode } from "@msgpack/msgpack";
import { revive } from "../wire/arrays";
import type { LaneState, Message } from "../wire/source";

type Settings = Readonly<Record<string, unknown>>;
type Events = Extract<Message, { kind: "events" }>;

/** What a lane was told at a step, the first frame before any step. */
export interface Frame {
  readonly step: number;
  readonly events: Events["events"];
}

/** One experiment as it was trained. */
export interface Recorded {
  readonly lane: LaneState;
  readonly frames: readonly Frame[];
}

/** The lanes as they were trained with these settings; none changed in the first. */
export interface Take {
  readonly settings: Settings;
  readonly lanes: readonly Recorded[];
}

export interface Recording {
  readonly takes: readonly Take[];
  readonly versions: Record<string, string>;
}

interface Stored {
  takes: { settings: Settings; lanes: number[] }[];
  recordings: [LaneState, ...Events[]][];
  versions: Record<string, string>;
}

type Levels = [name: string, shape: number[], low: number, high: number, bytes: Uint8Array];

type Numbers = Uint8Array | Uint16Array;

const FINEST = { 1: 254, 2: 65_534 } as const; // the highest level by bytes; the next stands for what is no number

/** Read what `loopscope.scope` wrote (src/loopscope/course/scope_replay.py and scope_rounding.py say how). Throws for bytes that are none. */
export async function recordingOf(bytes: Uint8Array): Promise<Recording> {
  const stored = decode(await inflated(bytes)) as Stored;
  const recorded = stored.recordings.map(recordedOf);
  const takes = stored.takes.map(({ settings, lanes }) => ({
    settings,
    lanes: lanes.map((number) => recorded[number]!),
  }));
  return { takes, versions: stored.versions };
}

/** Bytes that stand in a page as base64. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function recordedOf([lane, ...messages]: Stored["recordings"][number]): Recorded {
  const before = new Map<string, Numbers>();
  const frames = messages.map((message) => {
    const events = revive(spread(message.events, before)) as Events["events"];
    return { step: Math.max(...events.map(stepOf)), events };
  });
  return { lane, frames };
}

const stepOf = ({ data }: Events["events"][number]): number => (data as { step?: number }).step ?? 0;

/** Put arrays in the place of levels, in the order in which they were told, as each stands on the one before. */
function spread(value: unknown, before: Map<string, Numbers>): unknown {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => spread(each, before));
  const map = value as Record<string, unknown>;
  if ("__levels__" in map) return { __array__: numbersOf(map.__levels__ as Levels, before) };
  for (const key of Object.keys(map)) map[key] = spread(map[key], before);
  return map;
}

function numbersOf([name, shape, low, high, bytes]: Levels, before: Map<string, Numbers>) {
  const delta = wholes(bytes, shape);
  const known = before.get(name);
  const levels = known ? delta.map((each, i) => each + known[i]!) : delta; // typed arrays count modulo their size
  before.set(name, levels);
  const most = levels.BYTES_PER_ELEMENT === 1 ? FINEST[1] : FINEST[2];
  const numbers = Float32Array.from(levels, (level) =>
    level > most ? Number.NaN : low + (level / most) * (high - low),
  );
  return ["<f4", shape, new Uint8Array(numbers.buffer)];
}

/** One byte each, or two: all low ones first, then all high ones. */
function wholes(bytes: Uint8Array, shape: readonly number[]): Numbers {
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes.length === count) return bytes;
  return Uint16Array.from({ length: count }, (_, i) => bytes[i]! + 256 * bytes[count + i]!);
}
