// A model's columns as they are read from its parameters' shapes.
import { describe, expect, it } from "vitest";
import { pictureOf, signature, structureOf } from "../../src/figures/network/structure";
import { lane } from "./lane";

const MLP = { "0.weight": [4, 2], "0.bias": [4], "2.weight": [1, 4], "2.bias": [1] };

describe("structureOf", () => {
  it("reads inputs, hidden layers and output from a chain of linear layers", () => {
    const { columns } = structureOf(lane(MLP));
    expect(columns.map((c) => [c.kind, c.layer, c.units])).toEqual([
      ["inputs", "", 2],
      ["hidden", "0", 4],
      ["output", "2", 1],
    ]);
    expect(columns[2]!.labels).toEqual(["p(right)"]);
    expect(columns[1]).toMatchObject({ weight: "0.weight", bias: "0.bias" });
  });

  it("passes over what norms learn, and knows layers without a bias and inside a residual block", () => {
    const parameters = {
      "0.block.0.weight": [2, 2],
      "0.block.1.weight": [2],
      "0.block.1.bias": [2],
      "1.weight": [1, 2],
    };
    const { columns } = structureOf(lane(parameters));
    expect(columns.map((c) => [c.layer, c.bias])).toEqual([
      ["", null],
      ["0.block.0", null],
      ["1", null],
    ]);
  });

  it("shows 32 units of a larger layer", () => {
    const { columns } = structureOf(lane({ "0.weight": [256, 2], "2.weight": [1, 256] }));
    expect(columns[1]).toMatchObject({ units: 256, shown: 32 });
  });

  it("has no columns where layers do not follow one on another", () => {
    expect(structureOf(lane({ "conv.weight": [4, 1, 3, 3], "out.weight": [10, 64] })).columns).toEqual([]);
    expect(structureOf(lane({ "0.weight": [4, 3] })).columns).toEqual([]);
  });

  it("gives each hidden layer its activation", () => {
    expect(structureOf(lane(MLP, {}, { activation: "tanh" })).activations).toEqual(["tanh"]);
    expect(structureOf(lane(MLP, {}, { activation: ["gelu"] })).activations).toEqual(["gelu"]);
  });

  it("takes the pixels of a picture as one box", () => {
    const inputs = Array.from({ length: 64 }, (_, i) => `pixel_${i >> 3}_${i & 7}`);
    expect(pictureOf(inputs)).toEqual([8, 8]);
    const { columns } = structureOf(lane({ "0.weight": [10, 64] }, { inputs }));
    expect(columns[0]).toMatchObject({ units: 64, shown: 1, labels: ["8×8 pixels"] });
  });

  it("has another signature where units or names differ", () => {
    const two = structureOf(lane(MLP));
    expect(signature(structureOf(lane(MLP)))).toBe(signature(two));
    expect(signature(structureOf(lane(MLP, { inputs: ["x1", "x1^2"] })))).not.toBe(signature(two));
  });
});
