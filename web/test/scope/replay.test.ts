/** A replay: what a figure hears of it is what it would hear of a live session, at any step, in any order. */
import { encode } from "@msgpack/msgpack";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Heard } from "../../src/heard/heard";
import { recordingOf } from "../../src/scope/recording";
import { ReplaySource } from "../../src/scope/replay";
import type { Message } from "../../src/wire/source";

const lane = (run: string) => ({
  kind: "lane",
  seq: 0,
  lane: 0,
  run,
  facts: {},
  changes: [],
  columns: [0, 1],
});
const events = (...told: unknown[]) => ({ kind: "events", seq: 0, lane: 0, events: told });
const step = (step: number, epoch = 0) => ({
  kind: "StepEnded",
  data: { step, epoch, samples_seen: step, loss: 1 / step, penalty: 0, lr: 0.1 },
});
const levels = (bytes: number[]) => ({
  __levels__: ["s.values", [1, bytes.length], 0, 1, Uint8Array.from(bytes)],
});
const surface = (step: number, bytes: number[]) => ({
  kind: "Measured",
  data: { step, instrument: "decision_surface", values: {}, arrays: { values: levels(bytes) } },
});
const weight = (step: number, value: number) => ({
  kind: "Measured",
  data: {
    step,
    instrument: "weights",
    values: {},
    arrays: {
      "values/0.weight": { __array__: ["<f4", [1, 2], new Uint8Array(Float32Array.of(0, value).buffer)] },
    },
  },
});
const ended = { kind: "RunEnded", data: { step: 4, status: "finished", reason: "all 4 steps taken" } };

async function packed(plain: unknown): Promise<Uint8Array> {
  const stream = new Blob([encode(plain) as BlobPart]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const STORED = {
  takes: [
    { settings: {}, lanes: [0] },
    { settings: { "model.hidden": [2] }, lanes: [1] },
  ],
  recordings: [
    [
      lane("a"),
      events(surface(0, [0, 127]), weight(0, 1)),
      events(step(1), step(2), surface(2, [254, 255]), weight(2, 2)),
      events(step(3), step(4, 1), weight(4, 3)),
      events(ended),
    ],
    [lane("b"), events(surface(0, [9, 9])), events(step(1), step(3))],
  ],
  versions: {},
};

async function told() {
  const source = new ReplaySource(await recordingOf(await packed(STORED)));
  const memory = new Heard(source);
  const heard: Message[] = [];
  memory.on((message) => heard.push(message));
  await Promise.resolve();
  return { source, memory, heard, now: () => memory.state!, losses: () => memory.lane().of("loss").steps };
}

const values = (memory: Heard) => [...memory.lane().measured.get("decision_surface")!.arrays.values!.data];

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

describe("a replay", () => {
  it("shows at rest how it ended, and says so as a session would", async () => {
    const { now, losses, memory, heard } = await told();
    expect(heard.map(({ kind }) => kind)).toEqual(["hello", "events", "state"]);
    expect([now().step, now().epoch, now().status]).toEqual([4, 1, "finished"]);
    expect(losses()).toEqual([1, 2, 3, 4]);
    expect(memory.lane().ended?.reason).toBe("all 4 steps taken");
  });
  it("puts levels back into numbers, each frame upon the one before, 255 as no number", async () => {
    const { source, memory } = await told();
    expect(values(memory)[0]).toBe(1);
    expect(values(memory)[1]).toBeCloseTo(126 / 254, 6); // 127 + 255, modulo 256
    source.send({ do: "seek", step: 0 });
    expect(values(memory)).toEqual([0, 0.5]);
    const gone = await recordingOf(
      await packed({ ...STORED, recordings: [[lane("a"), events(surface(0, [255]))], STORED.recordings[1]] }),
    );
    const none = gone.takes[0]!.lanes[0]!.frames[0]!.events[0]!;
    expect(none.kind === "Measured" && none.data.arrays.values!.data[0]).toBeNaN();
  });
  it("puts finer levels together from their low and their high bytes", async () => {
    const fine = (low: number[], high: number[]) => ({
      __levels__: ["w", [2], 0, 65_534, Uint8Array.from([...low, ...high])],
    });
    const reading = (step: number, array: unknown) => ({
      kind: "Measured",
      data: { step, instrument: "weights", values: {}, arrays: { "values/w": array } },
    });
    const frames = [events(reading(0, fine([1, 255], [2, 255]))), events(reading(1, fine([255, 3], [0, 0])))];
    const { takes } = await recordingOf(
      await packed({ ...STORED, recordings: [[lane("a"), ...frames], STORED.recordings[1]] }),
    );
    const told = takes[0]!.lanes[0]!.frames.map(({ events: [event] }) =>
      event!.kind === "Measured" ? [...event!.data.arrays["values/w"]!.data] : [],
    );
    expect(told).toEqual([
      [513, Number.NaN],
      [768, 2],
    ]);
  });
  it("forgets what comes later where one goes back, also to step 0", async () => {
    const { source, now, losses, memory } = await told();
    source.send({ do: "seek", step: 3 });
    expect([now().step, now().status, losses()]).toEqual([2, "paused", [1, 2]]);
    expect(memory.lane().ended).toBeNull();
    source.send({ do: "reset" });
    expect([now().step, losses()]).toEqual([0, []]);
    source.send({ do: "seek", step: 99 });
    expect([now().step, losses()]).toEqual([4, [1, 2, 3, 4]]);
  });
  it("plays from the start where it is over, frame by frame, and stops at the end", async () => {
    const { source, now, losses } = await told();
    source.send({ do: "play" });
    expect([now().step, now().playing]).toEqual([0, true]);
    vi.advanceTimersByTime(100);
    expect([now().step, losses()]).toEqual([2, [1, 2]]);
    vi.advanceTimersByTime(1000);
    expect([now().step, now().playing, now().status]).toEqual([4, false, "finished"]);
  });
  it("takes one step and stands, and pauses where it is", async () => {
    const { source, now } = await told();
    source.send({ do: "reset" });
    source.send({ do: "play" });
    source.send({ do: "advance", by: "batch" });
    vi.advanceTimersByTime(500);
    expect([now().step, now().playing]).toEqual([2, false]);
    source.send({ do: "play" });
    source.send({ do: "pause" });
    vi.advanceTimersByTime(500);
    expect(now().step).toBe(2);
  });
  it("takes up another take as another run, and has none that was not recorded", async () => {
    const { source, now, losses, memory } = await told();
    expect(source.choose({ "model.hidden": [3] })).toBe(false);
    expect(source.choose({ "model.hidden": [2] })).toBe(true);
    expect([now().step, losses(), memory.lane().state?.run.startsWith("b")]).toEqual([3, [1, 3], true]);
    expect(memory.lane().measured.has("weights")).toBe(false);
  });
  it("tells a weight as it stood, and refuses what only a session could do", async () => {
    const { source, memory } = await told();
    source.send({ do: "inspect", tensor: "0.weight", index: [0, 1], lane: 0 });
    expect([memory.inspected?.value, memory.inspected?.gradient]).toEqual([3, null]);
    source.send({ do: "seek", step: 2 });
    source.send({ do: "inspect", tensor: "0.weight", index: [0, 1], lane: 0 });
    expect(memory.inspected?.value).toBe(2);
    expect(memory.refused).toBeNull();
    source.send({ do: "edit", tensor: "0.weight", index: [0, 0], value: 1, lane: 0 });
    expect(memory.refused?.do).toBe("edit");
  });
  it("tells whoever comes late everything", async () => {
    const { source } = await told();
    source.send({ do: "seek", step: 2 });
    const late = new Heard(source);
    await Promise.resolve();
    expect([late.state!.step, late.lane().of("loss").steps]).toEqual([2, [1, 2]]);
  });
});
