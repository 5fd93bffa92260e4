/** What to change so that a network gains or loses layers and units. Sends nothing. */
import type { Experiment } from "../../generated/wire";
import { MOST_LAYERS } from "./structure";

export type Settings = Record<string, unknown>;

const NEW_UNITS = 4; // of a layer that is added before any other

export interface Shape {
  readonly hidden: readonly number[];
  readonly activations: readonly string[];
}

/** The hidden layers as they are; none in a linear model. */
export function shapeOf({ model = {} }: Experiment): Shape {
  if (model.kind === "linear") return { hidden: [], activations: [] };
  const { hidden = [], activation = "relu" } = model;
  return { hidden, activations: Array.isArray(activation) ? activation : hidden.map(() => activation) };
}

export function canShape({ model = {} }: Experiment): boolean {
  return (model.kind ?? "mlp") === "mlp" || model.kind === "linear";
}

/** One layer more, like the last one; null where there are enough. */
export function added({ hidden, activations }: Shape): Shape | null {
  if (hidden.length >= MOST_LAYERS) return null;
  return {
    hidden: [...hidden, hidden.at(-1) ?? NEW_UNITS],
    activations: [...activations, activations.at(-1) ?? "relu"],
  };
}

/** The last layer gone; null where there is none. */
export function removed({ hidden, activations }: Shape): Shape | null {
  if (!hidden.length) return null;
  return { hidden: hidden.slice(0, -1), activations: activations.slice(0, -1) };
}

export function withUnits({ hidden, activations }: Shape, layer: number, units: number): Shape {
  return { hidden: hidden.map((old, i) => (i === layer ? units : old)), activations };
}

export function withActivation({ hidden, activations }: Shape, layer: number, name: string): Shape {
  return { hidden, activations: activations.map((old, i) => (i === layer ? name : old)) };
}

/** Settings that make an experiment so. Edited weights stay only where every tensor keeps its shape. */
export function settingsFor(experiment: Experiment, { hidden, activations }: Shape): Settings {
  const before = shapeOf(experiment).hidden;
  const reshaped = before.length !== hidden.length || before.some((units, i) => units !== hidden[i]);
  const edits = reshaped && experiment.start?.edits?.length ? { "start.edits": [] } : {};
  if (!hidden.length) return { ...linear(experiment), ...edits };
  return {
    ...(experiment.model?.kind === "linear" ? { "model.kind": "mlp" } : {}),
    "model.hidden": [...hidden],
    "model.activation": activations.every((name) => name === activations[0])
      ? activations[0]
      : [...activations],
    ...edits,
  };
}

// a linear model refuses what only hidden layers read, unless it is as it was given
function linear({ model = {} }: Experiment): Settings {
  const plain: Settings = { "model.kind": "linear", "model.hidden": [8], "model.activation": "relu" };
  if (model.dropout) plain["model.dropout"] = 0;
  if (model.norm && model.norm !== "none") plain["model.norm"] = "none";
  if (model.residual) plain["model.residual"] = false;
  return plain;
}
