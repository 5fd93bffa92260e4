import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Command } from "../src/generated/wire";
import { changing, inWords } from "../src/lab/changing";
import type { LaneState, Message, Source } from "../src/wire/source";

const number = { type: "number", default: 0.01 };
const section = (properties: object) => ({ properties });
const answer = {
  experiment: {
    properties: {
      training: section({ lr: number, early_stopping: number }),
      data: section({ noise: number }),
    },
  },
  settings: [],
};
const experiment = (lr: number, noise: number) => ({ training: { lr }, data: { noise } });

function session() {
  const sent: Command[] = [];
  let hear: (message: Message) => void = () => {};
  const source: Source = {
    subscribe: (one) => {
      hear = one;
      return () => {};
    },
    send: (command) => void sent.push(command),
  };
  const settings = changing(source);
  const lane = (lr = 0.1, noise = 0) =>
    hear({
      seq: 1,
      kind: "lane",
      lane: 0,
      experiment: experiment(lr, noise),
      in_flight: ["training.lr"],
      changes: [],
      facts: {},
      run: "r",
      link: "",
      parameters: {},
    } as unknown as Message & LaneState);
  lane();
  return { sent, settings, lane, hear: (message: Message) => hear(message) };
}

const frame = () => new Promise((done) => requestAnimationFrame(done));

describe("changing settings", () => {
  beforeEach(() => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(answer))));
  afterEach(() => vi.unstubAllGlobals());

  it("sends what is dragged once a frame, the latest value only", async () => {
    const { sent, settings } = session();
    await frame();
    for (const lr of [0.2, 0.3, 0.4]) settings.set("training.lr", lr, false);
    expect(sent).toEqual([]);
    await frame();
    expect(sent).toEqual([{ do: "change", settings: { "training.lr": 0.4 }, lane: null }]);
    settings.set("training.lr", 0.4, true);
    await frame();
    expect(sent).toHaveLength(1);
  });

  it("starts over once, when the hand lets go, and can be undone", async () => {
    const { sent, settings, lane } = session();
    await frame();
    settings.set("data.noise", 0.3, false);
    settings.set("data.noise", 0.4, true);
    settings.set("data.noise", 0.4, true);
    expect(sent).toEqual([{ do: "change", settings: { "data.noise": 0.4 }, lane: null, restart: true }]);
    lane(0.1, 0.4);
    expect(settings.startedOver?.words).toBe("Started over with noise 0.4.");
    settings.undo();
    expect(sent[1]).toEqual({ do: "start", experiments: [experiment(0.1, 0)], undo: true });
    expect(settings.startedOver).toBeNull();
  });

  it("keeps a refusal at its field until the field is set again", async () => {
    const { settings, hear, lane } = session();
    await frame();
    settings.set("data.noise", 1.4, true);
    hear({
      seq: 2,
      kind: "refused",
      do: "change",
      problems: [{ field: "data.noise", value: 1.4, allowed: "0 to 1", try_next: "Try 0.4." }],
    });
    expect(settings.refused.get("data.noise")).toBe("1.4; allowed 0 to 1. Try 0.4.");
    expect(settings.startedOver).toBeNull();
    lane();
    expect(settings.refused.size).toBe(0);
  });

  it("says settings in words", () => {
    expect(inWords({ "data.name": "xor", "seed.init": 2, "data.features": [] })).toBe(
      "the dataset xor, seed of init 2, features all columns",
    );
  });
});
