/** A sweep's tiles: which levels are proposed, where tiles stand, what is kept of what was heard. */
import { describe, expect, it } from "vitest";
import type { Field } from "../../src/controls/field";
import type { Experiment } from "../../src/generated/wire";
import { flipped, levelsFor, oftenVaried, parts } from "../../src/sweep/levels";
import {
  ends,
  grid,
  liveShown,
  neighbour,
  placeOf,
  recordedShown,
  type Shown,
  titleOf,
} from "../../src/sweep/shown";
import { Tiling } from "../../src/sweep/tiling";
import { planned, problems, standing } from "../../src/sweep/words";

const field = (path: string, more: Partial<Field> = {}): Field => ({
  path,
  name: path,
  help: "",
  kind: "number",
  allowed: "",
  nullable: false,
  usual: null,
  example: null,
  choices: [],
  least: null,
  most: null,
  ...more,
});

const numbers = (...values: number[]) => ({
  dtype: "<f4",
  shape: [values.length],
  data: Float32Array.from(values),
});

describe("levels", () => {
  it("are proposed for every kind of field", () => {
    expect(levelsFor(field("training.lr"), 0.1)).toBe("0.001:1:log:4");
    expect(levelsFor(field("training.amp", { kind: "toggle" }), false)).toBe("false,true");
    expect(levelsFor(field("model.norm", { kind: "choice", choices: ["none", "batch"] }), "none")).toBe(
      "none,batch",
    );
    expect(levelsFor(field("training.eps"), 8)).toBe("2,8,32");
    expect(levelsFor(field("training.l1", { least: 0, most: 1 }), 0)).toBe("0:1:3");
    expect(levelsFor(field("training.betas", { kind: "list" }), [0.9, 0.999])).toBe("[0.9,0.999]");
  });

  it("are split outside brackets, and flipped in the order that is offered", () => {
    expect(parts("[8],[16,8], [2]")).toEqual(["[8]", "[16,8]", "[2]"]);
    expect(flipped("tanh", "relu", ["relu", "tanh"])).toBe("relu,tanh");
    expect(flipped("relu,tanh", "relu", ["relu", "tanh"])).toBe("tanh");
  });

  it("of layers are offered where there are layers", () => {
    const experiment = (kind: string) =>
      ({
        model: { kind, activation: "relu", hidden: [4] },
        training: { lr: 0.1, optimizer: "adam" },
      }) as unknown as Experiment;
    expect(oftenVaried(experiment("mlp"))).toContain("model.activation");
    expect(oftenVaried(experiment("linear"))).toEqual(["training.lr", "training.optimizer"]);
  });
});

describe("the grid", () => {
  it("has the first factor along and the second down, as points are numbered", () => {
    expect(placeOf(4, 3)).toEqual({ column: 1, row: 1 });
    expect(grid(shown(["a", "b"], ["x", "y", "z"]))).toEqual({ columns: 2, rows: 3 });
    expect(grid({ ...shown(["a", "b"], ["x"]), points: 7 })).toBeNull();
  });

  it("is walked by arrow keys and not left", () => {
    expect(neighbour(0, "ArrowRight", 2, 3)).toBe(3);
    expect(neighbour(0, "ArrowDown", 2, 3)).toBe(1);
    expect(neighbour(0, "ArrowLeft", 2, 3)).toBe(0);
    expect(neighbour(5, "ArrowDown", 2, 3)).toBe(5);
    expect(neighbour(2, "End", 2, 3)).toBe(5);
    expect(neighbour(2, "x", 2, 3)).toBe(2);
  });

  it("has one scale for all losses that can be drawn", () => {
    expect(
      ends([
        [0.5, Number.NaN, 2],
        [Number.POSITIVE_INFINITY, 0.1],
      ]),
    ).toEqual([0.1, 2]);
    expect(ends([[], [Number.NaN]])).toEqual([0.01, 1]);
  });
});

function shown(...levels: string[][]): Shown {
  const factors = levels.map((each, i) => ({ field: `training.f${i}`, levels: each }));
  return { factors, points: levels.reduce((all, each) => all * each.length, 1) } as unknown as Shown;
}

function begun(): Tiling {
  const tiling = new Tiling(() => "");
  const factors = [
    { field: "training.lr", levels: ["0.1", "1"] },
    { field: "model.activation", levels: ["relu", "tanh"] },
  ];
  const about = { tiles: 4, seeds: 2, runs: 8, stacks: 2, bytes: 1, because: [], no_surface: "" };
  const links = Array.from({ length: 8 }, (_, run) => `link${run}`);
  const data = [{ task: "binary", inputs: [], center: 0, scale: 1, arrays: {} }];
  tiling.hear({
    ...about,
    kind: "begun",
    seq: 1,
    name: "n",
    experiment: {} as Experiment,
    over: [],
    factors,
    data,
    data_of: Array(8).fill(0),
    steps: Array(8).fill(9),
    links,
  });
  return tiling;
}

function frame(tiling: Tiling, step: number, repetition = 0): void {
  const eight = (value: number) => numbers(...Array(8).fill(value));
  const figures = { steps: eight(step), train: eight(1 / step), test: eight(Number.NaN) };
  const states = { ...numbers(0, 0, 0, 3, 0, 0, 0, 0) };
  tiling.hear({ kind: "frame", seq: step, step, repetition, ...figures, states, surfaces: [] });
}

describe("what is heard", () => {
  it("is told of each tile by its levels and the seed that is shown", () => {
    const tiling = begun();
    frame(tiling, 4, 1);
    const now = liveShown(tiling)!;
    expect(titleOf(now, 2)).toBe("lr 1, activation relu");
    expect(now.link(2)).toBe("link5");
    expect(now.look(1)).toMatchObject({ state: "diverged", step: 4, steps: 9, train: 0.25, test: null });
  });

  it("keeps curves short, and every step once", () => {
    const tiling = begun();
    for (let step = 1; step <= 3000; step++) {
      frame(tiling, step);
      frame(tiling, step);
    }
    const [curve] = tiling.curves;
    expect(curve!.steps.length).toBeLessThanOrEqual(401);
    expect(new Set(curve!.steps).size).toBe(curve!.steps.length);
    expect(curve!.steps.at(-1)).toBe(3000);
  });

  it("forgets a plan that was refused, and says why in the page's words", () => {
    const tiling = begun();
    const refused = [
      { field: "--over training.lr", value: "-1", allowed: "above 0", try_next: "try --seeds 8." },
    ];
    tiling.hear({ kind: "refused", seq: 2, do: "foresee", problems: refused });
    expect(tiling.foreseen).toBeNull();
    expect(problems(tiling.refused!.problems)).toBe("training.lr is -1; allowed above 0. try 8 seeds.");
  });
});

describe("words", () => {
  const plan = { tiles: 12, seeds: 4, runs: 48, stacks: 3, bytes: 2.2e6, because: [], no_surface: "" };

  it("say what will be trained", () => {
    expect(planned(plan)).toBe("12 tiles × 4 seeds = 48 runs, trained together in 3 stacks, about 2 MB.");
    expect(planned({ ...plan, because: ["by itself"], no_surface: "64 inputs." })).toMatch(
      /64 inputs\. By itself\.$/,
    );
  });

  it("say what came of it, and how to take up what was stopped", () => {
    expect(standing({ finished: 2, runs: 2, sweep: "id", verdict: ["a is best."] })).toEqual([
      "a is best.",
      "Recorded as id.",
    ]);
    expect(standing({ finished: 1, runs: 2, sweep: "id", verdict: [] })[0]).toContain("--resume id");
    expect(standing({ finished: 0, runs: 2, sweep: "", verdict: [] })[0]).toContain("nothing is recorded");
  });
});

it("a recorded sweep has figures and curves, and no surface", () => {
  const row = {
    run: 1,
    point: 0,
    repetition: 1,
    status: "finished" as const,
    steps: 5,
    figures: { train_loss: 0.5 },
  };
  const recorded = {
    ...{
      sweep: "id",
      name: "n",
      over: [],
      seeds: 2,
      points: 1,
      runs: 2,
      finished: 1,
      search: "grid",
      experiment: {},
    },
    ...{ factors: [{ field: "training.lr", levels: ["1"] }], tiles: [{ "training.lr": "1" }], links: ["e"] },
    ...{ by: "", best: null, verdict: [], table: [] },
    rows: [
      {
        ...row,
        curve: [
          [1, 5],
          [2, null],
        ] as [number[], (number | null)[]],
      },
    ],
  };
  expect(recordedShown(recorded, 1).look(0)).toMatchObject({
    state: "finished",
    train: 0.5,
    test: null,
    field: null,
  });
  expect(recordedShown(recorded, 0).look(0)).toMatchObject({ state: "stopped", train: null });
});
