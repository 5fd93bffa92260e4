/** A sweep as tiles show it, whether it trains or was recorded: each tile's figures, and where it stands. Draws nothing. */

import { settingName } from "../compare/headings";
import { type Field, fieldOf } from "../figures/output/field";
import { limitsOf } from "../figures/output/frame";
import type { Curve, Factor, Standing, TileData, Tiling } from "./tiling";

/** How a run is, in the order of the numbers in a frame. */
export const STATES = ["training", "finished", "stopped", "diverged", "failed"] as const;
export type TileState = (typeof STATES)[number];

/** One run of a tile, as it stands. */
export interface Look {
  readonly state: TileState;
  readonly step: number;
  readonly steps: number; // that it will take; 0 where that is not known
  readonly train: number | null;
  readonly test: number | null;
  readonly field: Field | null;
  readonly data: TileData | null;
  readonly curve: Curve;
}

export interface Shown {
  readonly factors: readonly Factor[];
  readonly points: number;
  readonly seeds: number;
  readonly repetition: number;
  readonly best: number | null;
  /** Each tile's median over seeds, once all are over. */
  readonly standings: ReadonlyMap<number, Standing>;
  /** The ends of the scale that all tiles share: of surfaces of a regression, and of curves. */
  readonly targets: readonly [number, number];
  readonly losses: readonly [number, number];
  look(point: number): Look;
  link(point: number): string;
  /** The levels of a tile, a factor each. */
  levels(point: number): readonly string[];
}

/** Columns and rows of the grid: the first factor along, the second down. More than two, or no grid: one after another. */
export function grid({ factors, points }: Shown): { columns: number; rows: number } | null {
  const [along, down] = factors;
  const [columns, rows] = [along?.levels.length ?? 0, down?.levels.length ?? 1];
  return factors.length <= 2 && columns * rows === points ? { columns, rows } : null;
}

/** Where a tile stands in the grid; the last factor changes from one tile to the next. */
export function placeOf(point: number, rows: number): { column: number; row: number } {
  return { column: Math.floor(point / rows), row: point % rows };
}

/** The tile that an arrow key leads to; the same where there is none. */
export function neighbour(point: number, key: string, columns: number, rows: number): number {
  const { column, row } = placeOf(point, rows);
  const next = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  if (key === "Home") return 0;
  if (key === "End") return columns * rows - 1;
  if (!next) return point;
  const [c, r] = [column + next[0]!, row + next[1]!];
  return c < 0 || r < 0 || c >= columns || r >= rows ? point : c * rows + r;
}

/** Such as "lr 0.01, activation relu". */
export function titleOf(shown: Shown, point: number): string {
  return shown
    .levels(point)
    .map((level, i) => `${settingName(shown.factors[i]!.field)} ${level}`)
    .join(", ");
}

/** What trains now, or did until a moment ago. */
export function liveShown(of: Tiling): Shown | null {
  const { plan, frame, done } = of;
  if (!plan) return null;
  const points = plan.tiles;
  const repetition = frame?.repetition ?? 0;
  const rows = plan.factors[1]?.levels.length ?? 1;
  const run = (point: number) => point * plan.seeds + repetition;
  const number = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  return {
    factors: plan.factors,
    points,
    seeds: plan.seeds,
    repetition,
    best: done?.best ?? null,
    standings: new Map((done?.table ?? []).map((each) => [each.point, each])),
    targets: limitsOf(plan.data.flatMap(({ arrays }) => [...(arrays.train_targets?.data ?? [])])),
    losses: ends(of.curves.map((curve) => curve.train)),
    look: (point) => {
      const at = run(point);
      const data = plan.data[plan.data_of[at]!] ?? null;
      const values = of.surfaces.get(at);
      const arrays = data && values ? { ...data.arrays, values } : null;
      return {
        state: STATES[frame?.states.data[at] ?? 0] ?? "training",
        step: frame?.steps.data[at] ?? 0,
        steps: plan.steps[at] ?? 0,
        train: number(frame?.train.data[at]),
        test: number(frame?.test.data[at]),
        field: arrays && fieldOf({ step: 0, instrument: "decision_surface", values: {}, arrays }, data!.task),
        data,
        curve: of.curves[at]!,
      };
    },
    link: (point) => plan.links[run(point)]!,
    levels: (point) => {
      const { column, row } = placeOf(point, rows);
      return plan.factors.map(({ levels }, i) => levels[i === 0 ? column : row]!);
    },
  };
}

/** What `GET /api/sweeps/{sweep}` answers. */
export interface Recorded {
  readonly sweep: string;
  readonly name: string;
  readonly over: readonly string[];
  readonly seeds: number;
  readonly points: number;
  readonly runs: number;
  readonly finished: number;
  readonly search: string;
  readonly experiment: object;
  readonly factors: readonly Factor[];
  readonly tiles: readonly Record<string, string>[];
  readonly links: readonly string[];
  readonly rows: readonly RecordedRow[];
  readonly by: string;
  readonly best: number | null;
  readonly verdict: readonly string[];
  readonly table: readonly Standing[];
}

export interface RecordedRow {
  readonly run: number;
  readonly point: number;
  readonly repetition: number;
  readonly status: TileState;
  readonly steps: number;
  readonly figures: Record<string, number | null>;
  readonly curve: readonly [number[], (number | null)[]];
}

/** A sweep from its record: figures and curves, no surface. */
export function recordedShown(of: Recorded, repetition: number): Shown {
  const rows = new Map(of.rows.filter((row) => row.repetition === repetition).map((row) => [row.point, row]));
  const curveOf = (row: RecordedRow | undefined): Curve => ({
    steps: row?.curve[0] ?? [],
    train: (row?.curve[1] ?? []).map((value) => value ?? Number.NaN),
    test: [],
  });
  return {
    factors: of.factors,
    points: of.points,
    seeds: of.seeds,
    repetition,
    best: of.best,
    standings: new Map(of.table.map((each) => [each.point, each])),
    targets: [0, 1],
    losses: ends(of.rows.map((row) => curveOf(row).train)),
    look: (point) => {
      const row = rows.get(point);
      return {
        state: row?.status ?? "stopped",
        step: row?.steps ?? 0,
        steps: row?.steps ?? 0,
        train: row?.figures.train_loss ?? null,
        test: row?.figures.test_loss ?? null,
        field: null,
        data: null,
        curve: curveOf(row),
      };
    },
    link: (point) => of.links[point]!,
    levels: (point) => of.factors.map(({ field }) => of.tiles[point]![field]!),
  };
}

/** Least and greatest finite loss above 0 of all curves: their scale is logarithmic. */
export function ends(curves: readonly (readonly number[])[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const curve of curves)
    for (const value of curve)
      if (value > 0 && value < Number.POSITIVE_INFINITY)
        [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!(low < high)) return low === high ? [low / 2, low * 2] : [0.01, 1];
  return [low, high];
}
