/** Where the columns and units of a network stand, in CSS pixels. Draws nothing. */
import type { Structure } from "./structure";

export const HEAD = 72; // above the units: what can be set of a layer
const FOOT = 24; // below them: what is not shown
const LARGEST = 56;
const SMALLEST = 14;
const NARROWEST = 108; // between columns, so that a layer's controls stand side by side
const WIDEST = 340;

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Side of a unit's box. */
  readonly size: number;
  /** Centre of each column. */
  readonly xs: readonly number[];
  /** Centre of each unit, by column. */
  readonly ys: readonly (readonly number[])[];
}

/** As large as the place allows; beyond it where units would become too small to be seen. */
export function layoutOf(structure: Structure, width: number, height: number): Geometry {
  const { columns } = structure;
  const most = Math.max(1, ...columns.map((column) => column.shown));
  const pitch = clamp(Math.floor((height - HEAD - FOOT) / most), SMALLEST + 4, LARGEST + 16);
  const size = clamp(Math.round(pitch * 0.78), SMALLEST, LARGEST);
  const [left, right] = [margin(columns[0]?.labels), margin(columns.at(-1)?.labels)];
  const gaps = Math.max(1, columns.length - 1);
  const apart = clamp(Math.floor((width - left - right - size) / gaps), NARROWEST, WIDEST);
  const wide = left + right + size + apart * gaps;
  const begin = left + size / 2 + Math.max(0, Math.floor((width - wide) / 2));
  const full = Math.max(height, HEAD + most * pitch + FOOT);
  const middle = HEAD + (full - HEAD - FOOT) / 2;
  return {
    width: Math.max(width, wide),
    height: full,
    size,
    xs: columns.map((_, i) => begin + i * apart),
    ys: columns.map(({ shown }) =>
      Array.from({ length: shown }, (_, unit) => Math.round(middle + (unit - (shown - 1) / 2) * pitch)),
    ),
  };
}

/** Pixels between the centres of two columns. */
export function apartOf({ xs, width }: Geometry): number {
  return xs.length > 1 ? xs[1]! - xs[0]! : width;
}

const CHARACTER = 7; // px of the smallest size
const LONGEST = 12; // characters of a label before it is cut

/** A label as it is drawn. */
export function brief(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}

function margin(labels: readonly string[] = []): number {
  return 16 + Math.max(4, ...labels.map((label) => brief(label).length)) * CHARACTER;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
