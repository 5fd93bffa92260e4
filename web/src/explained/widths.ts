/** Layers of a multilayer perceptron for other widths and depths. Counts by the formula it is given words for. */

export interface Layer {
  readonly path: string;
  readonly kind: string;
  readonly takes: number | null;
  readonly units: number | null;
  readonly shapes: readonly (readonly [string, readonly number[]])[];
  readonly parameters: number;
  readonly formula: string;
}

export interface ArchitectureData {
  readonly model: string;
  readonly layers: readonly Layer[];
  readonly parameters: number;
  readonly depth: number;
  readonly hidden: readonly number[];
  readonly plain_mlp: boolean;
  readonly formula: string;
}

/** What a column shows: `joined` where each unit takes all units before it. */
export interface Column {
  readonly name: string;
  readonly units: number | null;
  readonly noun: string;
  readonly shape: string;
  readonly formula: string;
  readonly count: string;
  readonly joined: boolean;
}

export const [MOST_WIDE, MOST_DEEP] = [512, 8];

/** The model's own columns, with PyTorch's counts. */
export function ownColumns({ layers }: ArchitectureData): Column[] {
  const first = layers.find(({ takes }) => takes !== null);
  const columns = [inputs(first?.takes ?? null, first?.kind ?? "")];
  for (const { path, kind, units, shapes, parameters, formula } of layers) {
    const last = columns.at(-1)!;
    if (!shapes.length) columns[columns.length - 1] = { ...last, name: `${last.name} · ${kind}` };
    else
      columns.push({
        name: `${path} ${kind}`.trim(),
        units,
        shape: `[${shapes[0]![1].join(", ")}]`,
        noun: nounOf(kind, "unit"),
        formula,
        count: spaced(parameters),
        joined: kind === "Linear",
      });
  }
  return columns;
}

/** Columns of the same inputs and outputs with other hidden layers; counts by the formula. */
export function changedColumns(data: ArchitectureData, hidden: readonly number[]): Column[] {
  const linear = data.layers.filter(({ shapes }) => shapes.length);
  const bias = linear[0]!.shapes.length > 1;
  const activation = data.layers.find(({ shapes }) => !shapes.length)?.kind;
  const widths = [linear[0]!.takes!, ...hidden, linear.at(-1)!.units!];
  return widths.map((units, i) => {
    if (i === 0) return inputs(units, "Linear");
    const before = widths[i - 1]!;
    const name = i < widths.length - 1 && activation ? `Linear · ${activation}` : "Linear";
    const formula = `${units} × ${before}${bias ? ` + ${units}` : ""}`;
    const count = spaced(countOf(units, before, bias));
    return { name, units, noun: "unit", shape: `[${units}, ${before}]`, formula, count, joined: true };
  });
}

/** Parameters of all linear layers between these widths. */
export function total(data: ArchitectureData, hidden: readonly number[]): number {
  const linear = data.layers.filter(({ shapes }) => shapes.length);
  const widths = [linear[0]!.takes!, ...hidden, linear.at(-1)!.units!];
  const bias = linear[0]!.shapes.length > 1;
  return widths.slice(1).reduce((sum, units, i) => sum + countOf(units, widths[i]!, bias), 0);
}

/** So many hidden layers: those there are, then more as wide as the last. */
export function deeper(hidden: readonly number[], depth: number): number[] {
  const wide = hidden.at(-1) ?? 8;
  return Array.from({ length: Math.min(MOST_DEEP, Math.max(0, depth)) }, (_, i) => hidden[i] ?? wide);
}

export function spaced(count: number): string {
  return count.toLocaleString("en-US");
}

function inputs(units: number | null, kind: string): Column {
  return {
    name: "inputs",
    units,
    noun: nounOf(kind, "feature"),
    shape: "",
    formula: "",
    count: "",
    joined: false,
  };
}

const nounOf = (kind: string, usual: string) => (/^Conv|Norm[23]d$/.test(kind) ? "channel" : usual);
const countOf = (units: number, before: number, bias: boolean) => units * before + (bias ? units : 0);
