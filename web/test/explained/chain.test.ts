// What is known at a phase, which factors belong to a weight, and where units stand.
import { describe, expect, it } from "vitest";
import {
  type ChainData,
  chainOf,
  formulasOf,
  known,
  type Stage,
  weightsOf,
} from "../../src/explained/chain-data";
import { BOX, layoutOf, middle } from "../../src/explained/chain-layout";
import { parsed } from "../../src/explained/given";

const nothing = { slope: null, weight: null, bias: null, weight_gradient: null, bias_gradient: null };
const stage = (symbol: string, kind: Stage["kind"], units: number, more: Partial<Stage> = {}): Stage => {
  const row = Array.from({ length: units }, () => 0);
  return {
    ...nothing,
    symbol,
    kind,
    name: kind,
    path: "",
    values: [row, row],
    gradient: [row, row],
    ...more,
  };
};
const formula = (left: string, symbols: string) => ({ left, symbols, numbers: "", value: "0" });
const data: ChainData = {
  model: "Sequential",
  loss: { name: "MSELoss", value: 1 },
  rows: 2,
  stages: [
    stage("x", "input", 2),
    stage("z₁", "linear", 3, {
      weight: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    }),
    stage("a₁", "activation", 3),
    stage("z₂", "linear", 1, { weight: [[1, 2, 3]] }),
  ],
  phases: [
    { way: "forward", stage: 0, part: "value", title: "", text: "", keys: [] },
    { way: "forward", stage: 1, part: "value", title: "", text: "", keys: ["value/1/0/0", "value/1/1/0"] },
    { way: "backward", stage: 1, part: "gradient", title: "", text: "", keys: ["gradient/1/0/0"] },
    { way: "backward", stage: 1, part: "parameters", title: "", text: "", keys: ["weight/1/0/0"] },
  ],
  formulas: {
    "value/1/0/0": formula("z₁[0,0]", "…"),
    "value/1/1/0": formula("z₁[1,0]", "…"),
    "weight/1/0/0": formula("∂L/∂W₁[0,0]", "∂L/∂z₁·x"),
    "gradient/1/0/0": formula("∂L/∂z₁", "∂L/∂a₁·f′"),
    "gradient/2/0/0": formula("∂L/∂a₁", "∂L/∂z₂·W₂"),
    "gradient/3/0/0": formula("∂L/∂z₂", "2·(z₂ − y)"),
    "factors/3/0/0": formula("∂L/∂W₂[0,0]", "∂L/∂z₂ · a₁"),
    "weight/3/0/0": formula("∂L/∂W₂[0,0]", "∂L/∂z₂·a₁"),
  },
};

describe("chain data", () => {
  it("knows a number from its phase on", () => {
    expect(known(data, 0, 1, "value")).toBe(false);
    expect(known(data, 1, 1, "value")).toBe(true);
    expect(known(data, 3, 1, "parameters")).toBe(true);
    expect(known(data, 3, 2, "value")).toBe(false);
  });
  it("shows the formulas of one row, and those that are summed over rows", () => {
    expect(formulasOf(data, data.phases[1]!, 1).map(({ left }) => left)).toEqual(["z₁[1,0]"]);
    expect(formulasOf(data, data.phases[3]!, 1)).toHaveLength(1);
  });
  it("follows a weight up to the next layer's weights", () => {
    const lefts = chainOf(data, { stage: 1, unit: 0, entry: 0 }, 0).map(({ left }) => left);
    expect(lefts).toEqual(["∂L/∂W₁[0,0]", "∂L/∂z₁", "∂L/∂a₁"]);
  });
  it("says a product once where the whole chain is its first link", () => {
    const found = chainOf(data, { stage: 3, unit: 0, entry: 0 }, 0);
    expect(found.map(({ symbols }) => symbols)).toEqual(["∂L/∂z₂ · a₁", "2·(z₂ − y)"]);
  });
  it("goes through all weights, layer by layer", () => {
    expect(weightsOf(data)).toHaveLength(9);
    expect(weightsOf(data)[1]).toEqual({ stage: 1, unit: 0, entry: 1 });
  });
});

describe("chain layout", () => {
  it.each([320, 640, 1200])("keeps units apart, %d px wide", (place) => {
    const { columns, width, height, loss } = layoutOf(data, place);
    expect(columns.map(({ stages }) => stages.length)).toEqual([1, 2, 1]);
    for (const [i, column] of columns.entries()) {
      if (i) expect(column.x).toBeGreaterThan(columns[i - 1]!.x + BOX);
      for (const [unit, y] of column.ys.entries()) {
        if (unit) expect(y).toBeGreaterThan(column.ys[unit - 1]! + column.height);
        expect(y + column.height).toBeLessThanOrEqual(height);
      }
    }
    expect(loss).toBeGreaterThan(columns.at(-1)!.x + BOX);
    expect(width).toBeGreaterThan(loss);
    if (place >= 640) expect(width).toBeLessThanOrEqual(place);
    expect(middle(columns[1]!, 1)).toBeCloseTo(middle(columns[2]!, 0));
  });
});

describe("given", () => {
  it("takes the data alone, or the bundle around it", () => {
    expect(parsed('{"rows": 1}')).toEqual({ rows: 1 });
    expect(parsed('{"element": "ls-chain-rule", "data": {"rows": 1}}')).toEqual({ rows: 1 });
    expect(parsed('{"data": {"rows": 1}}')).toEqual({ rows: 1 }); // a page's script names no element
    expect(parsed("<p>")).toBeNull();
  });
});
