/** Where the columns and units of a network stand, in CSS pixels. Draws nothing. */
import type { Column, Structure } from "./structure";

export const HEAD = 60; // above the units: what can be set of a layer
const FOOT = 20; // below them: names, and what is not shown
const GAP = 4; // between boxes that stand close
const LARGEST = 96; // on a wall
const USUAL = 56;
const FAIR = 30; // a box in which a map is seen: below it, units stand in ranks beside each other
const WISHED = 56; // where there is place for it, ranks are worth it for this
const RANKS = 4; // at most
const LEAST = 16; // a line of text needs as much
const NARROWEST = 108; // between columns, so that a layer's controls stand side by side
const ALONE = 88; // where there is one layer, so that a phone shows all of it
const PHONE = 480; // narrower than that, labels are cut shorter
const WIDEST = 340;

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** Side of a unit's box. */
  readonly size: number;
  /** Characters of a label before it is cut. */
  readonly longest: number;
  /** Middle of each column. */
  readonly xs: readonly number[];
  /** Half a column's width: lines end there. */
  readonly half: readonly number[];
  /** In how many ranks a column's units stand, one a little below the other. */
  readonly ranks: readonly number[];
  /** Centre of each unit, by column. */
  readonly ys: readonly (readonly number[])[];
}

/** As large as the place allows; beyond it where units would become too small to be seen. */
export function layoutOf(structure: Structure, width: number, height: number): Geometry {
  const { columns } = structure;
  const place = height - HEAD - FOOT;
  const longest = width < PHONE ? SHORT : LONG;
  const [left, right] = [margin(columns[0], longest), margin(columns.at(-1), longest)];
  const gaps = Math.max(1, columns.length - 1);
  const narrowest = columns.length > 3 ? NARROWEST : ALONE;
  const size = sizeFor(columns, place, Math.max(narrowest, (width - left - right) / gaps));
  const ranks = columns.map((column) => ranksOf(column, size, place));
  const high = columns.map((column, i) => heightOf(column, size, ranks[i]!, place));
  const half = ranks.map((count) => wideOf(count, size) / 2);
  const widest = Math.max(WIDEST, 0.75 * place);
  const apart = clamp(Math.floor((width - left - right - size) / gaps), narrowest, widest);
  const wide = left + right + size + apart * gaps;
  const begin = left + size / 2 + Math.max(0, Math.floor((width - wide) / 2));
  const full = Math.max(height, HEAD + Math.max(...high) + FOOT);
  const middle = HEAD + (full - HEAD - FOOT) / 2;
  return {
    width: Math.max(width, wide),
    height: full,
    size,
    longest,
    xs: columns.map((_, i) => begin + i * apart),
    half,
    ranks,
    ys: columns.map(({ shown }, i) => centres(shown, middle, high[i]!, size)),
  };
}

/** Where a unit's box stands across: in a column of several ranks each next one stands to the right, then from the left. */
export function acrossOf({ xs, ranks, size }: Geometry, column: number, unit: number): number {
  const count = ranks[column]!;
  return xs[column]! + ((unit % count) - (count - 1) / 2) * (size + GAP);
}

const CHARACTER = 7; // px of the smallest size
const [LONG, SHORT] = [14, 8];

/** A label as it is drawn. */
export function brief(label: string, longest: number): string {
  return label.length > longest ? `${label.slice(0, longest - 1).trimEnd()}…` : label;
}

/** A label stands beside its unit; that of a single output below it, where there is place for a longer one. */
export function below({ kind, shown }: Column): boolean {
  return kind === "output" && shown === 1;
}

// in one rank where that leaves boxes a fair size, else in as few as do; names stand beside one rank only
function sizeFor(columns: readonly Column[], place: number, apart: number): number {
  const most = Math.max(1, ...columns.map((column) => column.shown));
  const labelled = Math.max(1, ...columns.filter(named).map((column) => column.shown));
  const beside = Math.max(LEAST, Math.floor(place / labelled) - GAP);
  const one = Math.floor(Math.min(place / most - GAP, (place / most) * 0.78));
  const wish = clamp(Math.floor(place / 12), FAIR, WISHED);
  if (one >= wish) return Math.min(one, beside, clamp(Math.floor(place / 8), USUAL, LARGEST));
  const sizes = [one, ...[2, 3, 4].map((count) => sizeIn(count, most, place, apart))];
  const fair = sizes.find((size) => size >= wish) ?? Math.max(...sizes);
  return Math.min(clamp(fair, LEAST, wish + 6), beside);
}

// as high as the place allows, and no wider than half of what lies between two columns
function sizeIn(count: number, most: number, place: number, apart: number): number {
  const high = Math.floor((count * place - (most - 1) * GAP) / (most - 1 + count));
  return Math.min(high, Math.floor((0.55 * apart - (count - 1) * GAP) / count));
}

function named({ kind }: Column): boolean {
  return kind !== "hidden";
}

// as few as fit; where none does, two: the figure is scrolled then
function ranksOf(column: Column, size: number, place: number): number {
  if (named(column) || column.shown * (size + GAP) <= place + GAP) return 1;
  for (let count = 2; count <= RANKS; count++)
    if ((column.shown - 1) * ((size + GAP) / count) + size <= place) return Math.min(count, column.shown);
  return 2;
}

function wideOf(ranks: number, size: number): number {
  return ranks * size + (ranks - 1) * GAP;
}

function heightOf({ shown }: Column, size: number, ranks: number, place: number): number {
  if (ranks > 1) {
    const closest = (size + GAP) / ranks;
    const pitch = shown > 1 ? Math.min((size * 1.3) / ranks, (place - size) / (shown - 1)) : size;
    return (shown - 1) * Math.max(pitch, closest) + size;
  }
  const pitch = Math.min(size * 1.3, shown > 1 ? (place - size) / (shown - 1) : size);
  return size + (shown - 1) * Math.max(pitch, size + GAP);
}

function centres(shown: number, middle: number, high: number, size: number): number[] {
  const pitch = shown > 1 ? (high - size) / (shown - 1) : 0;
  return Array.from({ length: shown }, (_, unit) => Math.round(middle + (unit - (shown - 1) / 2) * pitch));
}

function margin(column: Column | undefined, longest: number): number {
  if (!column || below(column)) return 52;
  return 16 + Math.max(2, ...column.labels.map((label) => brief(label, longest).length)) * CHARACTER;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
