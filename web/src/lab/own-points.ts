/** Points set by hand, as rows of the experiment: [x1, x2, class], or [x, y] along a curve. Knows no figure. */
import type { Measured } from "../generated/wire";
import type { LaneState } from "../wire/source";
import { along, type Settings } from "./along";
import type { Fields } from "./schema";

export type Row = readonly number[];

/** A place that was pressed in the output, in raw inputs. */
export interface Pressed {
  readonly raw: readonly number[];
  readonly erase: boolean;
}

export const FEWEST = 2;
export const MOST = 1000;
export const MOST_CLASSES = 10;
const STEPS = 500; // of the points' extent: finer than anybody points, and short in a link

/** Whether points are [x, y] here: one input, and a value to be learned. */
export const isCurve = ({ facts }: LaneState): boolean =>
  facts.task === "regression" && namesOf(facts.raw_inputs).length === 1;

/** Whether what is learned from now can be taken up as points: two inputs and classes, or a curve. */
export const canTake = (lane: LaneState): boolean =>
  isCurve(lane) ||
  (lane.facts.task !== "regression" &&
    namesOf(lane.facts.raw_inputs).length === 2 &&
    namesOf(lane.facts.classes).length <= MOST_CLASSES);

/** What the session learns from and is tested on, as points; none where they cannot be such. */
export function pointsOf(lane: LaneState, data: Measured | undefined): Row[] {
  const { points = [], name } = lane.experiment.data ?? {};
  if (name === "points") return points;
  if (!canTake(lane)) return [];
  const rows = ["train", "test"].flatMap((side) => rowsOf(data, side));
  const spans = [0, 1].map((axis) => spanOf(rows, axis));
  return shared(rows).map((row) => rounded(row, spans));
}

/** A point more, rounded to a small share of the extent of all: nobody points finer, and a link stays short. */
export function withPoint(rows: readonly Row[], row: Row): Row[] {
  const all = [...rows, row];
  const spans = [0, 1].map((axis) => spanOf(all, axis));
  return [...rows, rounded(row, spans)];
}

/**
 * All but the nearest point within `reach` of a place; distances in shares of the points' own extent. The last one
 * takes its place, since a point is trained on or tested on by its number: so no other one changes sides.
 */
export function without(rows: readonly Row[], at: Row, reach = 0.05): Row[] {
  const spans = [0, 1].map((axis) => spanOf(rows, axis) || 1);
  const far = (row: Row) => Math.hypot(...spans.map((span, axis) => (at[axis]! - row[axis]!) / span));
  let nearest = 0;
  rows.forEach((row, i) => {
    if (far(row) < far(rows[nearest]!)) nearest = i;
  });
  if (!rows.length || far(rows[nearest]!) > reach) return [...rows];
  const left = [...rows];
  const last = left.pop()!;
  if (nearest < left.length) left[nearest] = last;
  return left;
}

/** How many classes there are to choose from: those that are there and one more, four at least. */
export function classesFor(rows: readonly Row[]): number {
  const most = rows.reduce((all, row) => Math.max(all, row[2] ?? 0), 0);
  return Math.min(MOST_CLASSES, Math.max(4, most + 2));
}

/** Settings that make points the data; whatever has still a meaning stays. */
export function settingsFor(lane: LaneState, rows: readonly Row[], fields: Pick<Fields, "at">): Settings {
  const settings = along(lane.experiment, "data.name", "points", fields);
  const { facts, experiment } = lane;
  const curve = rows[0]?.length === 2;
  const inputs = namesOf(facts.raw_inputs).join() === (curve ? "x" : "x1,x2");
  const classes = curve ? 0 : Math.max(2, ...rows.map((row) => 1 + row[2]!));
  if (inputs) delete settings["data.features"];
  if (inputs && classes === namesOf(facts.classes).length) for (const path of OF_TASK) delete settings[path];
  if (curve && experiment.data?.scale_target == null && facts.target_scale !== 1)
    settings["data.scale_target"] = true; // as a table's is by itself: the loss keeps its unit
  if (experiment.data?.name === "points" && (experiment.data.samples ?? 0) <= rows.length)
    delete settings["data.samples"];
  return { ...settings, "data.points": rows.map((row) => [...row]) };
}

const OF_TASK = [
  "data.scale_target",
  "training.loss",
  "training.label_smoothing",
  "start.edits",
  "faults.inject",
];

function rowsOf(data: Measured | undefined, side: string): Row[] {
  const [raw, targets] = [data?.arrays[`${side}_raw`], data?.arrays[`${side}_targets`]];
  if (!raw || !targets) return [];
  const width = raw.shape[1] ?? 1;
  return Array.from(targets.data, (target, i) => [...raw.data.slice(i * width, (i + 1) * width), target]);
}

// of more rows than can be carried, some of all, training and test alike
function shared(rows: readonly Row[]): readonly Row[] {
  const every = rows.length / MOST;
  return every <= 1 ? rows : Array.from({ length: MOST }, (_, i) => rows[Math.floor(i * every)]!);
}

function spanOf(rows: readonly Row[], axis: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    low = Math.min(low, row[axis]!);
    high = Math.max(high, row[axis]!);
  }
  return high > low ? high - low : 0;
}

function rounded(row: Row, spans: readonly number[]): Row {
  return row.map((value, axis) =>
    axis < 2 ? roundedTo(value, spans[axis]! || Math.abs(value) || 1) : value,
  );
}

function roundedTo(value: number, span: number): number {
  const places = Math.ceil(-Math.log10(span / STEPS));
  return Number(value.toFixed(Math.min(15, Math.max(0, places))));
}

const namesOf = (names: unknown): readonly string[] => (Array.isArray(names) ? names : []);
