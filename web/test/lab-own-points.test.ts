// Points set by hand: taken up, added, erased, and what becomes of the other settings.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Experiment, Measured } from "../src/generated/wire";
import {
  classesFor,
  MOST,
  MOST_CLASSES,
  pointsOf,
  type Row,
  settingsFor,
  without,
  withPoint,
} from "../src/lab/own-points";
import type { Fields } from "../src/lab/schema";
import type { LaneState } from "../src/wire/source";
import { lane } from "./network/lane";

const TWO = { raw_inputs: ["x1", "x2"], target_scale: 1 };
const CURVE = { raw_inputs: ["x"], classes: [], task: "regression", target_scale: 1 };
const learned = (facts: Record<string, unknown>, experiment: Experiment = {}): LaneState => ({
  ...lane({}, facts),
  experiment,
});

const grid = (shape: number[], ...data: number[]) => ({ dtype: "<f8", shape, data: Float64Array.from(data) });
const told = (width: number, ...rows: Row[]): Measured => ({
  step: 0,
  instrument: "data",
  values: {},
  arrays: {
    train_raw: grid([rows.length, width], ...rows.flatMap((row) => row.slice(0, width))),
    train_targets: grid([rows.length], ...rows.map((row) => row[width]!)),
    test_raw: grid([1, width], ...Array<number>(width).fill(1)),
    test_targets: grid([1], 0),
  },
});

describe("points that are there", () => {
  it("are taken up with their classes, training before test, to a five-hundredth of their extent", () => {
    const data = told(2, [-1, 0.123456, 1], [1, 1.654321, 0]);
    expect(pointsOf(learned(TWO), data)).toEqual([
      [-1, 0.123, 1],
      [1, 1.654, 0],
      [1, 1, 0],
    ]);
  });
  it("are taken up along a curve", () => {
    const small = told(1, [0.00123456, 1000.123], [0.0034, 999]);
    expect(pointsOf(learned(CURVE), small)[0]).toEqual([0.001, 1000]); // another is at 1, 0
    expect(pointsOf(learned(CURVE), told(1, [0.5, 2]))).toEqual([
      [0.5, 2],
      [1, 0],
    ]);
  });
  it("are those of the experiment, in its order, where they were set by hand", () => {
    const points = [
      [0.3333333, 1, 0],
      [0, 0, 3],
    ];
    expect(pointsOf(learned(TWO, { data: { name: "points", points } }), undefined)).toEqual(points);
  });
  it("are none over other columns, or where values are learned over two", () => {
    const wide = { ...TWO, raw_inputs: ["a", "b", "c"] };
    expect(pointsOf(learned(wide), told(2, [1, 2, 0]))).toEqual([]);
    expect(pointsOf(learned({ ...TWO, task: "regression" }), told(2, [1, 2, 0.5]))).toEqual([]);
    expect(pointsOf(learned({ ...CURVE, task: "binary" }), told(1, [1, 0]))).toEqual([]);
  });
  it("are no more than the schema lets pass, from all over", () => {
    const many = Array.from({ length: 3000 }, (_, i): Row => [i, -i, i % 2]);
    const taken = pointsOf(learned(TWO), told(2, ...many));
    expect(taken.length).toBe(MOST);
    expect(taken.at(-1)![0]).toBeGreaterThan(2990);
  });
  it("are as many, and of as many classes, as Python lets pass", () => {
    const source = readFileSync("../src/loopscope/experiment/points.py", "utf8");
    const number = (name: string) => Number(new RegExp(`^${name} = (\\d+)`, "m").exec(source)?.[1]);
    expect([number("MAX_POINTS"), number("MAX_CLASSES")]).toEqual([MOST, MOST_CLASSES]);
  });
});

describe("setting points", () => {
  const rows: Row[] = [
    [0, 0, 0],
    [1, 1, 1],
    [1, 0.99, 1],
    [0.5, 1, 0],
  ];
  it("adds one where it was pressed, as finely as anybody points", () => {
    expect(withPoint(rows, [0.123456789, 0.5, 2]).at(-1)).toEqual([0.123, 0.5, 2]);
    expect(withPoint([], [0.123456789, -1234.5678, 0])).toEqual([[0.1235, -1235, 0]]);
    expect(withPoint([[0, 20_000]], [1, 10_000.4])[1]).toEqual([1, 10_000]);
  });
  it("erases one, the nearest, and none that is far; the last takes its place", () => {
    expect(without(rows, [1, 1.001])).toEqual([rows[0], rows[3], rows[2]]);
    expect(without(rows, [0.5, 0.99])).toEqual(rows.slice(0, 3));
    expect(without(rows, [0.2, 0.5])).toEqual(rows);
    expect(without([], [0, 0])).toEqual([]);
  });
  it("offers one class more than there are", () => {
    expect([[], rows, [[0, 0, 3]], [[0, 0, 9]]].map(classesFor)).toEqual([4, 4, 5, 10]);
  });
});

describe("what goes with points", () => {
  const usual: Record<string, unknown> = { "data.features": [], "start.edits": [], "faults.inject": [] };
  const fields = { at: (path: string) => ({ usual: usual[path] ?? null }) } as unknown as Pick<Fields, "at">;
  const edits = [{ tensor: "0.weight", index: [0, 0], value: 1 }];
  const moons: Experiment = {
    data: { name: "moons", samples: 90, noise: 0.3, features: ["x1^2"] },
    start: { edits },
  };
  const rows: Row[] = [
    [0, 0, 0],
    [1, 1, 1],
  ];

  it("is all that has still a meaning: features and edited weights of as many classes", () => {
    expect(settingsFor(learned(TWO, moons), rows, fields)).toEqual({
      "data.name": "points",
      name: "points",
      "data.samples": null,
      "data.noise": null,
      "data.points": [
        [0, 0, 0],
        [1, 1, 1],
      ],
    });
  });
  it("is not what another class makes useless, nor features of other columns", () => {
    expect(settingsFor(learned(TWO, moons), [...rows, [1, 0, 2]], fields)).toMatchObject({
      "start.edits": [],
    });
    const table = learned({ ...TWO, raw_inputs: ["age", "height"] }, moons);
    expect(settingsFor(table, rows, fields)).toMatchObject({ "data.features": [], "start.edits": [] });
  });
  it("is the scaling of a table's target, so that the loss keeps its unit", () => {
    const table = learned({ ...CURVE, target_scale: 250 }, { data: { name: "table" } });
    expect(settingsFor(table, [[1, 2]], fields)).toMatchObject({ "data.scale_target": true });
    expect(settingsFor(learned(CURVE, {}), [[1, 2]], fields)).not.toHaveProperty(["data.scale_target"]);
  });
});
