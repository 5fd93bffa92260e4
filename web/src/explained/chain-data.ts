/** What `loopscope.chain_rule` says, and what of it is known at a phase. Computes no number: all come from PyTorch. */

export interface Stage {
  readonly symbol: string;
  readonly name: string;
  readonly path: string;
  readonly kind: "input" | "linear" | "activation";
  readonly values: readonly (readonly number[])[];
  readonly gradient: readonly (readonly number[])[];
  readonly slope: readonly (readonly number[])[] | null;
  readonly weight: readonly (readonly number[])[] | null;
  readonly bias: readonly number[] | null;
  readonly weight_gradient: readonly (readonly number[])[] | null;
  readonly bias_gradient: readonly number[] | null;
}

export interface Phase {
  readonly way: "forward" | "loss" | "backward";
  readonly stage: number;
  readonly part: "value" | "loss" | "gradient" | "parameters";
  readonly title: string;
  readonly text: string;
  readonly keys: readonly string[];
}

export interface Formula {
  readonly left: string;
  readonly symbols: string;
  readonly numbers: string;
  readonly value: string;
}

export interface ChainData {
  readonly model: string;
  readonly loss: { readonly name: string; readonly value: number };
  readonly rows: number;
  readonly stages: readonly Stage[];
  readonly phases: readonly Phase[];
  readonly formulas: Readonly<Record<string, Formula>>;
}

/** A weight of a linear stage: what unit `unit` multiplies entry `entry` by. */
export interface Weight {
  readonly stage: number;
  readonly unit: number;
  readonly entry: number;
}

/** Whether a part of a stage has become known by the phase. */
export function known({ phases }: ChainData, phase: number, stage: number, part: Phase["part"]): boolean {
  const at = phases.findIndex((each) => each.stage === stage && each.part === part);
  return at >= 0 && at <= phase;
}

/** All weights, layer by layer, unit by unit: the order in which keys go through them. */
export function weightsOf({ stages }: ChainData): Weight[] {
  return stages.flatMap(({ weight }, stage) =>
    (weight ?? []).flatMap((row, unit) => row.map((_, entry) => ({ stage, unit, entry }))),
  );
}

export function sameWeight(one: Weight | null, other: Weight | null): boolean {
  return one?.stage === other?.stage && one?.unit === other?.unit && one?.entry === other?.entry;
}

/** A weight's chain of factors: the whole product where there is one, then link by link up to the next layer. */
export function chainOf(
  { stages, formulas }: ChainData,
  { stage, unit, entry }: Weight,
  row: number,
): Formula[] {
  const keys = [`factors/${stage}/${unit}/${entry}`, `weight/${stage}/${unit}/${entry}`];
  for (let at = stage; at < stages.length; at++) {
    if (at > stage && stages[at]!.kind === "linear") break;
    keys.push(`gradient/${at}/${row}/${unit}`);
  }
  const found = keys.map((key) => formulas[key]).filter((each) => each !== undefined);
  return found.filter(
    (each, i) => found.findIndex(({ symbols }) => plain(symbols) === plain(each.symbols)) === i,
  );
}

const plain = (symbols: string) => symbols.replaceAll(" ", "");

/** The formulas of a phase for one row: all of those that belong to no row too. */
export function formulasOf(data: ChainData, phase: Phase, row: number): Formula[] {
  const rowed = /^(value|gradient|slope)\/\d+\/(\d+)\//;
  return phase.keys
    .filter((key) => {
      const found = rowed.exec(key);
      return !found || Number(found[2]) === row;
    })
    .map((key) => data.formulas[key]!);
}

/** `W₁` of z₁. */
export function weightName({ symbol }: Stage): string {
  return `W${symbol.slice(1)}`;
}
