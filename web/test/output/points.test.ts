// Rows as points: which columns they stand at, and which of them are wrong.
import { describe, expect, it } from "vitest";
import { fieldOf } from "../../src/figures/output/field";
import type { Frame } from "../../src/figures/output/frame";
import {
  counted,
  crossErrors,
  judgedAsSaid,
  judgedOnSurface,
  placesOf,
  rowsOf,
} from "../../src/figures/output/points";
import { largeOf } from "../../src/figures/output/unit";
import type { Measured } from "../../src/generated/wire";
import { Drafted } from "../../src/heard/drafted";
import type { Grid } from "../../src/wire/arrays";

const grid = (shape: number[], ...data: number[]): Grid => ({
  dtype: "<f8",
  shape,
  data: Float64Array.from(data),
});
const measured = (instrument: string, arrays: Record<string, Grid>): Measured => ({
  step: 1,
  instrument,
  values: {},
  arrays,
});

const FRAME: Frame = { left: 0, top: 0, width: 100, height: 100, x: [0, 10], y: [0, 10] };
const TARGETS = grid([3], 0, 1, 2);
const VIEWED = measured("data", {
  train_raw: grid([3, 2], 1, 2, 3, 4, 5, 6),
  train_targets: TARGETS,
  columns: grid([2], 2, 3),
});

describe("rows", () => {
  it("stand at the columns in view, which a live session sends alone", () => {
    const [side] = rowsOf(VIEWED, [2, 3], undefined, true);
    expect([...placesOf(side!, FRAME, false)]).toEqual([10, 80, 30, 60, 50, 40]);
  });
  it("stand at the columns in view also where all of them are known", () => {
    const all = measured("data", { train_raw: grid([1, 4], 9, 9, 1, 2), train_targets: grid([1], 0) });
    const [side] = rowsOf(all, [2, 3], undefined, true);
    expect([...placesOf(side!, FRAME, false)]).toEqual([10, 80]);
  });
  it("are wrong where something else is said of them, or what is no number", () => {
    const said = measured("predictions", { train: grid([3], 0, 2, -1) });
    const [side] = rowsOf(VIEWED, [2, 3], said, true);
    expect([0, 1, 2].map(judgedAsSaid(side!)!)).toEqual(["right", "wrong", "wrong"]);
  });
  it("are not judged by what was said of others", () => {
    const others = measured("predictions", { train: grid([2], 0, 1) });
    const [side] = rowsOf(VIEWED, [2, 3], others, true);
    expect(judgedAsSaid(side!)).toBeNull();
  });
  it("are judged by the surface where their place decides, also over one input", () => {
    const surface = measured("decision_surface", {
      grid_x: grid([2], 0, 10),
      values: grid([2], 0.1, 0.2),
    });
    const line = measured("data", { train_raw: grid([2, 1], 3, 4), train_targets: grid([2], 0, 1) });
    const judge = judgedOnSurface(rowsOf(line, [0], undefined, true)[0]!, fieldOf(surface, "binary")!);
    expect([judge(0), judge(1)]).toEqual(["right", "wrong"]);
  });
  it("are counted by side and told in one line, those on the boundary apart", () => {
    const pen = {
      beginPath() {},
      moveTo() {},
      lineTo() {},
      stroke() {},
    } as unknown as CanvasRenderingContext2D;
    const count = { rows: 0, wrong: 0, undecided: 0 };
    const verdicts = ["right", "wrong", "on the boundary"] as const;
    crossErrors(pen, new Float32Array(6), (row) => verdicts[row]!, 3, count);
    crossErrors(pen, new Float32Array(4), () => "right", 3, count);
    expect(counted(count)).toBe("1 of 5 shown rows wrong; 1 on the boundary");
    expect(counted({ rows: 60, wrong: 0, undecided: 0 })).toBe("0 of 60 shown rows wrong");
  });
});

describe("a draft", () => {
  it("is told as rows are, and says so", () => {
    const draft = new Drafted();
    let said = 0;
    draft.addEventListener("drafted", () => said++);
    draft.show(null);
    draft.show([
      [1, 2, 0],
      [3, 4, 5],
    ]);
    const [side] = rowsOf(draft.data ?? undefined, [0, 1], undefined, true);
    expect([...placesOf(side!, FRAME, false)]).toEqual([10, 80, 30, 60]);
    expect([[...side!.targets.data], draft.task]).toEqual([[0, 5], "multiclass"]);
    draft.show([[1, 2]]);
    expect(draft.task).toBe("regression");
    draft.show(null);
    expect([draft.data, said]).toEqual([null, 3]);
  });
});

describe("a unit shown large", () => {
  const maps = measured("neuron_maps", { inputs: grid([1, 1, 2], 0, 1), "0": grid([2, 2], 0, 1, 2, 3) });
  const at = (layer: string, unit = 0, lane = 0) => ({ lane, layer, unit, name: "it" });
  it("is an input or a hidden unit of this lane that has a map", () => {
    expect(largeOf(at("inputs"), 0, maps)).toMatchObject({ input: true, name: "it" });
    expect(largeOf(at("inputs", 1), 0, maps)).toBeNull();
    expect(largeOf(at("inputs", 0, 1), 0, maps)).toBeNull();
    expect(largeOf(at("0"), 0, maps)).toBeNull(); // over one input it is a line
    expect(largeOf(null, 0, maps)).toBeNull();
  });
});
