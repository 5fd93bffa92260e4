import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Command } from "../src/generated/wire";
import { read, toShare, write } from "../src/lab/address";
import { along, optimizerSettings, scheduleSettings } from "../src/lab/along";
import { KEYS, meaning, taken } from "../src/lab/keys";
import type { Fields } from "../src/lab/schema";
import { Seeker } from "../src/lab/seeker";
import { shapeOf } from "../src/lab/shape";
import { beside } from "../src/lab/tour";
import { places } from "../src/lab/track";
import type { Message, SessionState } from "../src/wire/source";

const state = (more: Partial<SessionState> = {}): SessionState => ({
  status: "paused",
  playing: false,
  step: 10,
  epoch: 1,
  head: 20,
  phase: "",
  steps_per_second: 0,
  speed: null,
  finished: "",
  shown: [],
  columns: [0, 1],
  ...more,
});

describe("the address", () => {
  it("says session, experiment and view, and is read again", () => {
    const all = { session: "abc", what: ["loopscope:1:x-_Y", "moons-mlp"], view: "runs" };
    expect(read(write(all))).toEqual(all);
    expect(read("#x=moons-mlp").what).toEqual(["moons-mlp"]);
    expect(read("")).toEqual({ session: null, what: [], view: null });
  });
  it("shares the experiment alone, as the command line reads it", () => {
    expect(toShare("http://127.0.0.1:1/?token=t#session=abc", ["loopscope:1:x"])).toBe(
      "http://127.0.0.1:1/#e=loopscope:1:x",
    );
    expect(toShare("http://127.0.0.1:1/#session=abc", ["a", "b"])).toBe(
      "http://127.0.0.1:1/#view=compare&e=a&e=b",
    );
  });
});

describe("what moves along", () => {
  const usual: Record<string, unknown> = {
    "training.momentum": 0,
    "training.betas": [0.9, 0.999],
    "training.accumulate": 1,
    "data.noise": null,
  };
  const fields = { at: (path: string) => ({ usual: usual[path] ?? null }) } as unknown as Pick<Fields, "at">;
  it("gives back what another optimizer does not read", () => {
    const before = { training: { momentum: 0.9, nesterov: null, accumulate: 4, betas: [0.9, 0.999] } };
    expect(along(before, "training.optimizer", "adam", fields)).toEqual({
      "training.optimizer": "adam",
      "training.momentum": 0,
    });
    expect(along(before, "training.optimizer", "lbfgs", fields)).toMatchObject({ "training.accumulate": 1 });
  });
  it("lets steps and epochs take turns", () => {
    expect(along({}, "training.steps", 5, fields)).toEqual({ "training.steps": 5, "training.epochs": null });
  });
  it("needs a formula for the formula, and no noise for what is measured", () => {
    expect(along({}, "data.name", "formula", fields)).toHaveProperty(["data.formula"], "sin(3*x)");
    expect(along({ data: { noise: 0.3 } }, "data.name", "iris", fields)).toHaveProperty(["data.noise"], null);
  });
  it("knows what Python knows of optimizers and schedules", () => {
    const source = readFileSync("../src/loopscope/experiment/vocabulary.py", "utf8");
    const table = (name: string) =>
      [
        ...source
          .split(`${name}: dict`)[1]!
          .split("\n}")[0]!
          .matchAll(/"([\w-]+)": frozenset\(\{?([^})]*)\}?\)/g),
      ].map(([, key, inside]): [string, string[]] => [
        key!,
        [...inside!.matchAll(/"(\w+)"/g)].map((m) => m[1]!).sort(),
      ]);
    const optimizers = table("SETTINGS_OF_OPTIMIZER");
    const schedules = table("SETTINGS_OF_SCHEDULE");
    expect(optimizers.length).toBe(8);
    expect(schedules.length).toBe(7);
    for (const [name, settings] of optimizers)
      expect([...optimizerSettings(name)].sort(), name).toEqual(settings);
    for (const [name, settings] of schedules)
      expect([...scheduleSettings(name)].sort(), name).toEqual(settings);
  });
});

describe("keys", () => {
  const press = (key: string, more = {}) =>
    meaning({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more }, state());
  it("play, step and go back", () => {
    expect(press(" ")).toEqual({ command: { do: "play" } });
    expect(
      meaning(
        { key: " ", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false },
        state({ playing: true }),
      ),
    ).toEqual({ command: { do: "pause" } });
    expect(press("ArrowRight")).toEqual({ command: { do: "advance", by: "batch" } });
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ command: { do: "advance", by: "epoch" } });
    expect(press("ArrowLeft")).toEqual({ command: { do: "seek", step: 9 } });
    expect(press("n")).toEqual({ command: { do: "reset", new_weights: true } });
    expect(press("?")).toEqual({ help: true });
  });
  it("leave the browser its own", () => {
    expect(press("r", { ctrlKey: true })).toBeNull();
    expect(press("r", { metaKey: true })).toBeNull();
  });
  it("are not taken from who types or moves a slider", () => {
    const page = document.createElement("div");
    page.innerHTML = `<input><select></select><button></button><div role="slider"></div><p contenteditable="true"></p>`;
    const [input, select, button, slider, text] = [...page.children] as HTMLElement[];
    for (const one of [input!, select!, slider!, text!])
      expect(taken([one, page], "r"), one.tagName).toBe(true);
    expect(taken([button!, page], "r")).toBe(false);
    const range = Object.assign(document.createElement("input"), { type: "range" });
    expect(["ArrowLeft", "End", " ", "r"].map((key) => taken([range, page], key))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(taken([button!, page], " ")).toBe(true);
    expect(taken([button!, page], " ", false)).toBe(false); // it was clicked: space plays again
  });
  it("are all in the help", () => expect(KEYS.length).toBe(9));
});

describe("seeking", () => {
  const sent: Command[] = [];
  const source = { subscribe: () => () => {}, send: (command: Command) => void sent.push(command) };
  const at = (step: number, more: Partial<SessionState> = {}): Message => ({
    seq: 1,
    kind: "state",
    ...state({ step, ...more }),
  });
  it("asks for the latest wish when the last is answered", () => {
    sent.length = 0;
    const seeker = new Seeker(source);
    for (const step of [5, 6, 7]) seeker.seek(step);
    expect(sent).toEqual([{ do: "seek", step: 5 }]);
    expect(seeker.wanted).toBe(7);
    seeker.take(at(5, { status: "seeking" }));
    expect(sent.length).toBe(1);
    seeker.take(at(5));
    expect(sent[1]).toEqual({ do: "seek", step: 7 });
    seeker.take(at(7));
    expect(seeker.wanted).toBeNull();
  });
  it("does not wait for ever for what was refused", () => {
    sent.length = 0;
    const seeker = new Seeker(source);
    seeker.seek(99);
    seeker.take({ seq: 2, kind: "refused", do: "seek", problems: [] });
    seeker.seek(3);
    expect(sent.at(-1)).toEqual({ do: "seek", step: 3 });
  });
});

describe("sketches", () => {
  it("a schedule stays between nothing and the learning rate", () => {
    for (const name of ["constant", "step", "exponential", "linear", "cosine", "one-cycle", "plateau"]) {
      const shape = shapeOf({ name, warmup: 20, every: 100, factor: 0.5, final: 0, peak_at: 0.3 }, 50);
      expect(shape.length).toBe(50);
      for (const share of shape) expect(share).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shape)).toBeLessThanOrEqual(1 + 1e-9);
    }
  });
  it("a loss keeps inside its bar, and what is no number stands at the top", () => {
    const heights = places([0.1, 10, Number.NaN], 10, 30);
    expect([heights(0.1), heights(10), heights(Number.NaN)]).toEqual([30, 10, 10]);
    expect(heights(1)).toBeCloseTo(20);
  });
  it("the tour's card stays on the screen", () => {
    const card = { width: 300, height: 120 };
    for (const screen of [
      { width: 390, height: 844 },
      { width: 1280, height: 800 },
    ])
      for (const box of [
        new DOMRect(0, 0, screen.width, 40),
        new DOMRect(0, 50, 270, 700),
        new DOMRect(0, screen.height - 40, screen.width, 40),
      ]) {
        const { left, top } = beside(box, card, screen);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + card.width).toBeLessThanOrEqual(screen.width);
        expect(top + card.height).toBeLessThanOrEqual(screen.height);
      }
  });
});
