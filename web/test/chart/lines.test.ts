/** Points in columns: aligned, reduced with extremes kept, and changes as marks. */
import { describe, expect, it } from "vitest";
import { broken, columns, type Line, marksOf, span } from "../../src/figures/chart/lines";

const line = (steps: number[], values: number[]): Line => ({
  label: "l",
  colour: "loss",
  points: { steps, values },
});
const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

describe("columns", () => {
  it("align lines of different steps: undefined where a line has no point", () => {
    const [steps, a, b] = columns([line([1, 2, 3], [1, 2, 3]), line([2, 4], [20, 40])], all, false, 100);
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(a).toEqual([1, 2, 3, undefined]);
    expect(b).toEqual([undefined, 20, undefined, 40]);
  });
  it("leave out what cannot be drawn", () => {
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, 0, -1];
    expect(columns([line([1, 2, 3, 4, 5], values)], all, false, 100)[1]).toEqual([1, null, null, 0, -1]);
    expect(columns([line([1, 2, 3, 4, 5], values)], all, true, 100)[1]).toEqual([1, null, null, null, null]);
  });
  it("hold one point beyond each end of what is shown, so that lines go on", () => {
    expect(columns([line([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])], [3.5, 4.5], false, 100)[0]).toEqual([
      3, 4, 5,
    ]);
  });
  it("keep every extreme where there are too many, and the order of steps", () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => i);
    const values = steps.map((i) => (i === 7_777 ? 99 : i === 1_234 ? -99 : Math.sin(i)));
    const [x, y] = columns(
      [
        line(steps, values),
        line(
          steps.filter((i) => i % 3 === 0),
          values.filter((_, i) => i % 3 === 0),
        ),
      ],
      all,
      false,
      400,
    );
    expect(x.length).toBeLessThanOrEqual(400);
    expect(Math.max(...(y as number[]).filter(Number.isFinite))).toBe(99);
    expect(Math.min(...(y as number[]).filter(Number.isFinite))).toBe(-99);
    for (let i = 1; i < x.length; i++) expect(x[i]!).toBeGreaterThan(x[i - 1]!);
  });
});

describe("broken", () => {
  it("leaves out what was not measured, as while another view was open", () => {
    const steps = [1, 2, 4, 8, 500, 508];
    const { steps: at, values } = broken({ steps, values: steps }, 25);
    expect(at).toEqual([1, 2, 4, 8, 254, 500, 508]);
    expect(values[4]).toBeNaN();
  });
  it("joins readings that grow rarer, and what is near on the page", () => {
    const rarer = { steps: [1, 2, 4, 8, 16, 64, 256, 1024], values: [1, 2, 3, 4, 5, 6, 7, 8] };
    expect(broken(rarer, 25)).toBe(rarer);
    const near = { steps: [1, 2, 100], values: [1, 2, 3] };
    expect(broken(near, 200)).toBe(near);
    const few = { steps: [0, 62], values: [1, 5e36] };
    expect(broken(few, 3)).toBe(few);
  });
});

describe("span", () => {
  it("is that of all lines, from the run's beginning", () => {
    expect(span([line([1, 500], [0, 0]), line([2, 900], [0, 0])])).toEqual([0, 900]);
    expect(span([line([500, 900], [0, 0])])).toEqual([500, 900]);
    expect(span([line([], [])])).toEqual([0, 1]);
  });
});

describe("marks", () => {
  it("say what changed in few words, one a step", () => {
    const marks = marksOf([
      { step: 5, field: "training.lr", old: 0.05, new: 0.01 },
      { step: 5, field: "training.clip_norm", old: null, new: 1 },
      { step: 9, field: "training.optimizer", old: "sgd", new: "adam" },
    ]);
    expect(marks).toEqual([
      { step: 5, text: "lr 0.05→0.01, clip_norm none→1" },
      { step: 9, text: "optimizer sgd→adam" },
    ]);
  });
});

describe("marks", () => {
  it("say what a slider did at one step as one change", () => {
    const change = (old: number, now: number) => ({ step: 2, field: "training.lr", old, new: now });
    expect(marksOf([change(0.1, 0.2), change(0.2, 0.4)])).toEqual([{ step: 2, text: "lr 0.1→0.4" }]);
  });
});
