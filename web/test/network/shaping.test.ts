// What is asked of the session when layers and units come and go.
import { describe, expect, it } from "vitest";
import {
  added,
  canShape,
  removed,
  settingsFor,
  shapeOf,
  withActivation,
  withUnits,
} from "../../src/figures/network/shaping";

const MLP = { model: { kind: "mlp" as const, hidden: [4, 2], activation: "tanh" as const } };

describe("a network's shape", () => {
  it("gains a layer like its last one and loses the last", () => {
    expect(added(shapeOf(MLP))).toEqual({ hidden: [4, 2, 2], activations: ["tanh", "tanh", "tanh"] });
    expect(removed(shapeOf(MLP))).toEqual({ hidden: [4], activations: ["tanh"] });
  });

  it("has eight hidden layers at the most, and none less than none", () => {
    expect(added({ hidden: Array(8).fill(1), activations: Array(8).fill("relu") })).toBeNull();
    expect(removed({ hidden: [], activations: [] })).toBeNull();
  });

  it("is one activation where all are the same, else one a layer", () => {
    expect(settingsFor(MLP, withUnits(shapeOf(MLP), 1, 5))).toEqual({
      "model.hidden": [4, 5],
      "model.activation": "tanh",
    });
    expect(settingsFor(MLP, withActivation(shapeOf(MLP), 0, "relu"))).toEqual({
      "model.hidden": [4, 2],
      "model.activation": ["relu", "tanh"],
    });
  });

  it("becomes linear without its last layer, and leaves there what a linear model refuses", () => {
    const one = { model: { ...MLP.model, hidden: [4], dropout: 0.5, norm: "batch" as const } };
    expect(settingsFor(one, removed(shapeOf(one))!)).toMatchObject({
      "model.kind": "linear",
      "model.dropout": 0,
      "model.norm": "none",
    });
  });

  it("begins with a layer from a linear model", () => {
    const linear = { model: { kind: "linear" as const, hidden: [8] } };
    expect(settingsFor(linear, added(shapeOf(linear))!)).toEqual({
      "model.kind": "mlp",
      "model.hidden": [4],
      "model.activation": "relu",
    });
  });

  it("drops edited weights only where tensors change their shape", () => {
    const edited = { ...MLP, start: { edits: [{ tensor: "0.weight", index: [3, 0], value: 1 }] } };
    expect(settingsFor(edited, withUnits(shapeOf(edited), 0, 3))["start.edits"]).toEqual([]);
    expect(settingsFor(edited, withActivation(shapeOf(edited), 0, "relu"))).not.toHaveProperty("start.edits");
  });

  it("is set by hand in multilayer perceptrons only", () => {
    expect(canShape(MLP)).toBe(true);
    expect(canShape({ model: { kind: "cnn" } })).toBe(false);
  });
});
