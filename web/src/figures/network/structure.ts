/** What a model is as columns of units, read from its parameters' shapes. Knows no pixel and no value. */
import type { LaneState } from "../../wire/source";

export const MOST_UNITS = 32; // of a layer that are drawn
const SOME_INPUTS = 10; // of more than that: so many names are read at one look, and the network stays in sight
export const MOST_LAYERS = 8; // hidden ones that can be added by hand

export interface Column {
  readonly kind: "inputs" | "hidden" | "output";
  /** The module's name, as neuron maps and tensors have it; empty for the inputs. */
  readonly layer: string;
  readonly units: number;
  readonly shown: number;
  readonly labels: readonly string[];
  /** Tensors that lead into this column. */
  readonly weight: string | null;
  readonly bias: string | null;
}

/** `columns` is empty where the model is no chain of linear layers. */
export interface Structure {
  readonly columns: readonly Column[];
  readonly activations: readonly string[];
  readonly picture: readonly [number, number] | null;
}

/** Rows and columns, where the inputs are named like the pixels of one picture. */
export function pictureOf(names: readonly string[]): [number, number] | null {
  const last = /_(\d+)_(\d+)$/.exec(names.at(-1) ?? "");
  if (!last || names.length < 16) return null;
  const [rows, columns] = [Number(last[1]) + 1, Number(last[2]) + 1];
  return rows * columns === names.length ? [rows, columns] : null;
}

export function structureOf(lane: LaneState): Structure {
  const names = texts(lane.facts.inputs);
  const layers = chain(lane.parameters, names.length);
  const { activation = "relu" } = lane.experiment.model ?? {};
  const picture = pictureOf(names);
  if (!layers.length) return { columns: [], activations: [], picture };
  const hidden = layers.length - 1;
  const activations = Array.isArray(activation) ? activation : Array<string>(hidden).fill(activation);
  const inputs = picture ? pixels(picture) : column("inputs", "", names, null, null);
  const columns = layers.map((layer, i) => {
    const labels = i < hidden ? numbered(layer.units) : outputs(lane, layer.units);
    return column(i < hidden ? "hidden" : "output", layer.name, labels, layer.weight, layer.bias);
  });
  return { columns: [inputs, ...columns], activations, picture };
}

/** The columns' look in one text: where it is the same, a layout stands. */
export function signature(structure: Structure): string {
  return (
    structure.columns.map((c) => `${c.layer}:${c.labels.join()}`).join("|") + structure.activations.join()
  );
}

/** A column of which not every unit is drawn has no lines. */
export function whole(column: Column): boolean {
  return column.shown === column.units;
}

interface Layer {
  name: string;
  units: number;
  weight: string;
  bias: string | null;
}

function chain(parameters: Record<string, number[]>, inputs: number): Layer[] {
  const layers: Layer[] = [];
  let width = inputs;
  for (const [weight, shape] of Object.entries(parameters)) {
    if (shape.length < 2) continue; // biases, and what norms learn
    if (shape.length > 2 || shape[1] !== width) return [];
    const name = weight.replace(/\.?weight$/, "");
    const bias = weight.replace(/weight$/, "bias");
    width = shape[0]!;
    layers.push({ name, units: width, weight, bias: bias in parameters ? bias : null });
  }
  return layers;
}

function column(
  kind: Column["kind"],
  layer: string,
  labels: readonly string[],
  weight: string | null,
  bias: string | null,
): Column {
  const many = labels.length > MOST_UNITS;
  const shown = !many ? labels.length : kind === "inputs" ? SOME_INPUTS : MOST_UNITS;
  return { kind, layer, units: labels.length, shown, labels: labels.slice(0, shown), weight, bias };
}

// one box stands for all pixels: no line of a single one would say anything
function pixels([rows, columns]: readonly [number, number]): Column {
  const whole = column("inputs", "", [`${rows}×${columns} pixels`], null, null);
  return { ...whole, units: rows * columns };
}

function outputs(lane: LaneState, units: number): string[] {
  const classes = texts(lane.facts.classes);
  if (units === classes.length) return classes;
  if (units !== 1) return numbered(units);
  return [classes.length === 2 ? `p(${classes[1]})` : String(lane.facts.target || "output")];
}

function numbered(units: number): string[] {
  return Array.from({ length: units }, (_, unit) => `unit ${unit + 1}`);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
