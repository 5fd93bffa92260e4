/** What a line chart is made of, and its points in columns. Knows no canvas and no instrument. */
import type { Changed } from "../../generated/wire";
import { after } from "../../heard/series";
import { figures, type Range } from "./scale";

export interface Points {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** A line: its colour is a token, moved towards paper (shade < 0) or ink (shade > 0). */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly shade?: number;
  readonly dashed?: boolean;
  /** Points that are not joined, where what lies between them is not known. */
  readonly dots?: boolean;
  readonly points: Points;
}

/** A span of values that has a name, which says where it comes from. */
export interface Guide {
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

export interface Mark {
  readonly step: number;
  readonly text: string;
}

export interface ChartSpec {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly guide?: Guide;
  /** The step that is shown where somebody looks back; null at the newest. */
  readonly shown?: number | null;
}

/** Steps first, then the values of each line: null where the value cannot be drawn, undefined where there is none. */
export type Columns = [number[], ...(number | null | undefined)[][]];

/** Points of the lines between two steps (and one beyond each end), reduced to about `most` where there are more. */
export function columns(lines: readonly Line[], [from, to]: Range, log: boolean, most: number): Columns {
  const parts = lines.map((line) => broken(within(line.points, from, to), (to - from) * WIDE));
  const steps = union(parts);
  if (steps.length > most) return buckets(parts, steps, log, most);
  return [steps, ...parts.map((part) => aligned(part, steps, log))];
}

function within(points: Points, from: number, to: number): Points {
  const low = Math.max(0, after(points.steps, from) - 1);
  const high = Math.min(points.steps.length, after(points.steps, to) + 1);
  if (low === 0 && high === points.steps.length) return points;
  return { steps: points.steps.slice(low, high), values: points.values.slice(low, high) };
}

const WIDE = 0.05; // of what is shown
const SUDDEN = 8; // times as far apart as before and after: readings grow rarer little by little

/** The same points, with one of no value where nothing was measured for a while: a line across would say that it was. */
export function broken(points: Points, wide: number): Points {
  const { steps, values } = points;
  const gaps: number[] = []; // where a point stands behind one
  for (let i = 2; i + 1 < steps.length; i++) if (isGap(steps, i, wide)) gaps.push(i);
  if (!gaps.length) return points;
  const split = { steps: [...steps], values: [...values] };
  for (const i of gaps.reverse()) {
    split.steps.splice(i, 0, (steps[i - 1]! + steps[i]!) / 2);
    split.values.splice(i, 0, Number.NaN);
  }
  return split;
}

// between two points alone nothing says how often it was measured
function isGap(steps: readonly number[], i: number, wide: number): boolean {
  const gap = steps[i]! - steps[i - 1]!;
  if (gap <= wide) return false;
  return gap > SUDDEN * Math.max(steps[i - 1]! - steps[i - 2]!, steps[i + 1]! - steps[i]!);
}

function union(parts: readonly Points[]): number[] {
  const longest = parts.reduce<readonly number[]>((a, b) => (b.steps.length > a.length ? b.steps : a), []);
  // readings of one instrument share their steps: nothing is to be sorted then
  const same = (steps: readonly number[]) =>
    steps.length === longest.length && steps[0] === longest[0] && steps.at(-1) === longest.at(-1);
  if (parts.every(({ steps }) => same(steps) && steps.every((step, i) => step === longest[i])))
    return [...longest];
  return [...new Set(parts.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
}

function aligned(part: Points, steps: readonly number[], log: boolean): (number | null | undefined)[] {
  const column: (number | null | undefined)[] = new Array(steps.length);
  let i = 0;
  for (let at = 0; at < steps.length; at++) {
    if (part.steps[i] !== steps[at]) continue;
    column[at] = drawable(part.values[i]!, log);
    i++;
  }
  return column;
}

// each bucket has two places, and each line's least and most stand there in the order in which they came
function buckets(parts: readonly Points[], steps: readonly number[], log: boolean, most: number): Columns {
  const count = Math.max(1, Math.floor(most / 2));
  const [first, last] = [steps[0]!, steps[steps.length - 1]!];
  const width = (last - first) / count;
  const places = Array.from({ length: 2 * count }, (_, i) => first + (i * (last - first)) / (2 * count - 1));
  return [places, ...parts.map((part) => bucketed(part, first, width, count, log))];
}

function bucketed(part: Points, first: number, width: number, count: number, log: boolean) {
  const column: (number | null | undefined)[] = new Array(2 * count);
  for (let from = 0, to = 0; from < part.steps.length; from = to) {
    const bucket = Math.min(count - 1, Math.floor((part.steps[from]! - first) / width));
    let [least, most] = [from, from];
    while (
      to < part.steps.length &&
      Math.min(count - 1, Math.floor((part.steps[to]! - first) / width)) === bucket
    ) {
      if (part.values[to]! < part.values[least]!) least = to;
      if (part.values[to]! > part.values[most]!) most = to;
      to++;
    }
    column[2 * bucket] = drawable(part.values[Math.min(least, most)]!, log);
    column[2 * bucket + 1] = drawable(part.values[Math.max(least, most)]!, log);
  }
  return column;
}

const drawable = (value: number, log: boolean) =>
  Number.isFinite(value) && (!log || value > 0) ? value : null;

/** First and last step that any line knows. */
export function span(lines: readonly Line[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points } of lines) {
    if (!points.steps.length) continue;
    low = Math.min(low, points.steps[0]!);
    high = Math.max(high, points.steps[points.steps.length - 1]!);
  }
  if (low > high) return [0, 1];
  return [low <= 0.05 * high ? 0 : low, Math.max(high, low + 1)]; // a run is seen from its beginning
}

/** Changes as marks: one a step, in few words. */
export function marksOf(changes: readonly Changed[]): Mark[] {
  const byStep = new Map<number, Map<string, [unknown, unknown]>>();
  for (const { step, field, old, new: now } of changes) {
    const fields = byStep.get(step) ?? new Map<string, [unknown, unknown]>();
    byStep.set(step, fields.set(field, [fields.has(field) ? fields.get(field)![0] : old, now])); // a slider says many on its way
  }
  return [...byStep].map(([step, fields]) => ({ step, text: [...fields].map(inShort).join(", ") }));
}

const inShort = ([field, [old, now]]: [string, [unknown, unknown]]) =>
  `${field.replace(/^training\./, "")} ${said(old)}→${said(now)}`;

function said(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "number")
    return figures(value, 3)
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  if (typeof value === "object") return "…";
  return String(value);
}

/** The last value of a column that can be drawn. */
export function newest(column: readonly (number | null | undefined)[]): number | undefined {
  for (let i = column.length - 1; i >= 0; i--) if (typeof column[i] === "number") return column[i]!;
  return undefined;
}
