// Counts of the drawing are PyTorch's where it is the model's own, and the formula's where it was changed.
import { describe, expect, it } from "vitest";
import {
  type ArchitectureData,
  changedColumns,
  deeper,
  type Layer,
  ownColumns,
  total,
} from "../../src/explained/widths";

const linear = (path: string, units: number, takes: number): Layer => ({
  path,
  kind: "Linear",
  takes,
  units,
  shapes: [
    ["weight", [units, takes]],
    ["bias", [units]],
  ],
  parameters: units * takes + units,
  formula: `${units} × ${takes} + ${units}`,
});
const tanh: Layer = {
  path: "1",
  kind: "Tanh",
  takes: null,
  units: null,
  shapes: [],
  parameters: 0,
  formula: "",
};
const data: ArchitectureData = {
  model: "Sequential",
  layers: [linear("0", 8, 2), tanh, linear("2", 1, 8)],
  parameters: 33,
  depth: 2,
  hidden: [8],
  plain_mlp: true,
  formula: "outputs × inputs + outputs",
};
const bare = {
  ...data,
  layers: data.layers.map((each) => ({ ...each, shapes: each.shapes.slice(0, 1) })),
};

describe("widths", () => {
  it("shows the model's own layers, an activation with the layer before it", () => {
    const columns = ownColumns(data);
    expect(columns.map(({ name }) => name)).toEqual(["inputs", "0 Linear · Tanh", "2 Linear"]);
    expect(columns.map(({ units }) => units)).toEqual([2, 8, 1]);
    expect(columns[1]).toMatchObject({ shape: "[8, 2]", formula: "8 × 2 + 8", count: "24" });
  });
  it("counts what it was changed to as PyTorch counts what it is", () => {
    const [own, changed] = [ownColumns(data), changedColumns(data, data.hidden)];
    expect(changed.map(({ count, units, shape }) => [count, units, shape])).toEqual(
      own.map(({ count, units, shape }) => [count, units, shape]),
    );
    expect(total(data, data.hidden)).toBe(data.parameters);
    expect(total(data, [4, 3])).toBe(12 + 15 + 4);
    expect(total(data, [])).toBe(3);
  });
  it("counts no bias where the model has none", () => {
    expect(total(bare, [4])).toBe(12);
    expect(changedColumns(bare, [4])[1]!.formula).toBe("4 × 2");
  });
  it("makes deeper ones as wide as the last layer", () => {
    expect(deeper([8, 4], 4)).toEqual([8, 4, 4, 4]);
    expect(deeper([8, 4], 1)).toEqual([8]);
    expect(deeper([], 1)).toEqual([8]);
    expect(deeper([8], 99)).toHaveLength(8);
  });
});
