/** Where the columns and units of a network stand, in CSS pixels. Draws nothing. */
import type { Column, Structure } from "./structure";

export const HEAD = 60; // above the units: what can be set of a layer
const FOOT = 28; // below them: names, and what is not shown
const GAP = 4; // between boxes that stand close
const LARGEST = 96; // on a wall
const USUAL = 56;
const SMALLEST = 20; // in one rank
const LEAST = 16; // a line of text needs as much
const NARROWEST = 108; // between columns, so that a layer's controls stand side by side
const WIDEST = 340;

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Side of a unit's box. */
  readonly size: number;
  /** Middle of each column. */
  readonly xs: readonly number[];
  /** Half a column's width: lines end there. */
  readonly half: readonly number[];
  /** Centre of each unit, by column. */
  readonly ys: readonly (readonly number[])[];
}

/** As large as the place allows; beyond it where units would become too small to be seen. */
export function layoutOf(structure: Structure, width: number, height: number): Geometry {
  const { columns } = structure;
  const place = height - HEAD - FOOT;
  const size = sizeFor(columns, place);
  const high = columns.map((column) => heightOf(column, size, place));
  const [left, right] = [margin(columns[0]), margin(columns.at(-1))];
  const half = columns.map((column) => (staggered(column, size, place) ? size + GAP / 2 : size / 2));
  const gaps = Math.max(1, columns.length - 1);
  const apart = clamp(Math.floor((width - left - right - size) / gaps), NARROWEST, WIDEST);
  const wide = left + right + size + apart * gaps;
  const begin = left + size / 2 + Math.max(0, Math.floor((width - wide) / 2));
  const full = Math.max(height, HEAD + Math.max(...high) + FOOT);
  const middle = HEAD + (full - HEAD - FOOT) / 2;
  return {
    width: Math.max(width, wide),
    height: full,
    size,
    xs: columns.map((_, i) => begin + i * apart),
    half,
    ys: columns.map(({ shown }, i) => centres(shown, middle, high[i]!, size)),
  };
}

/** Where a unit's box stands across: in a column of two ranks every second one stands to the right. */
export function acrossOf({ xs, half, size }: Geometry, column: number, unit: number): number {
  if (half[column]! === size / 2) return xs[column]!;
  return xs[column]! + ((unit % 2) - 0.5) * (size + GAP);
}

const CHARACTER = 7; // px of the smallest size
const LONGEST = 14; // characters of a label before it is cut

/** A label as it is drawn. */
export function brief(label: string): string {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}

/** A label stands beside its unit; that of a single output below it, where there is place for a longer one. */
export function below({ kind, shown }: Column): boolean {
  return kind === "output" && shown === 1;
}

// in one rank where that leaves boxes a fair size, else in two; names stand beside one rank only
function sizeFor(columns: readonly Column[], place: number): number {
  const most = Math.max(1, ...columns.map((column) => column.shown));
  const labelled = Math.max(1, ...columns.filter(named).map((column) => column.shown));
  const beside = Math.max(LEAST, Math.floor(place / labelled) - GAP);
  const one = Math.floor(Math.min(place / most - GAP, (place / most) * 0.78));
  if (one >= SMALLEST) return Math.min(one, beside, clamp(Math.floor(place / 8), USUAL, LARGEST));
  const two = Math.floor((2 * place - (most - 1) * GAP) / (most + 1));
  return Math.min(clamp(two, LEAST, SMALLEST + 8), beside);
}

function named({ kind }: Column): boolean {
  return kind !== "hidden";
}

function staggered(column: Column, size: number, place: number): boolean {
  return !named(column) && column.shown * (size + GAP) > place + GAP && column.shown > 1;
}

function heightOf(column: Column, size: number, place: number): number {
  const { shown } = column;
  if (staggered(column, size, place)) return (shown - 1) * ((size + GAP) / 2) + size;
  const pitch = Math.min(size * 1.3, shown > 1 ? (place - size) / (shown - 1) : size);
  return size + (shown - 1) * Math.max(pitch, size + GAP);
}

function centres(shown: number, middle: number, high: number, size: number): number[] {
  const pitch = shown > 1 ? (high - size) / (shown - 1) : 0;
  return Array.from({ length: shown }, (_, unit) => Math.round(middle + (unit - (shown - 1) / 2) * pitch));
}

function margin(column: Column | undefined): number {
  if (!column || below(column)) return 52;
  return 16 + Math.max(4, ...column.labels.map((label) => brief(label).length)) * CHARACTER;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
