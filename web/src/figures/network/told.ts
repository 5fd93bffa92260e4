/** A unit in words and numbers: what it sums and what it makes of the sum. Reads weights, computes none. */
import { figures } from "../output/number";
import type { Lines } from "./lines";
import type { Structure } from "./structure";

const MOST_TERMS = 4;

/** Such as "relu(0.73·x1 − 0.12·x2 + 0.05)"; a longer sum is abbreviated. */
export function formulaOf(
  { columns, activations }: Structure,
  column: number,
  unit: number,
  lines: Lines | undefined,
  bias: number | null,
): string {
  const here = columns[column]!;
  if (here.kind === "inputs") return here.labels[unit]!;
  const before = columns[column - 1]!;
  const sum =
    lines && before.units <= MOST_TERMS
      ? before.labels.map((label, from) => term(lines.value(unit, from), label, from === 0)).join("")
      : `Σ of ${before.units} inputs · weights`;
  const all = sum + (bias === null ? "" : term(bias, "", false));
  const name = here.kind === "hidden" ? activations[column - 1] : undefined;
  return name && name !== "identity" ? `${name}(${all})` : all;
}

function term(value: number, label: string, first: boolean): string {
  const size = figures(Math.abs(value), 3);
  const sign = first ? (value < 0 ? "−" : "") : value < 0 ? " − " : " + ";
  return sign + size + (label ? `·${label}` : "");
}
