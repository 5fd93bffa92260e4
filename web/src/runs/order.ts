/** In which order runs stand, and what a row says of them. Asks nobody and draws nothing. */
import { metricName } from "../figures/chart/measures";
import type { Run } from "./record";

export type Column = "name" | "status" | "source" | "started" | "steps" | "loss" | "metric";
export interface Sorting {
  readonly column: Column;
  readonly down: boolean; // greatest first
}

export const NEWEST: Sorting = { column: "started", down: true };
const FIRST_DOWN: ReadonlySet<Column> = new Set(["started", "steps", "metric"]);
const METRICS = ["accuracy", "r2", "perplexity", "mae", "rmse", "loss"];

/** The loss of the training rows where it was measured, else of the last batch. */
export const loss = (run: Run): number | null | undefined => run.train.loss;

/** The figure a run is judged by: of the rows held back where there are any. */
export function metric(run: Run): { name: string; value: number | null } | null {
  for (const [side, figures] of [["test", run.test] as const, ["train", run.train] as const]) {
    const known = METRICS.find((name) => name in figures && !(side === "train" && name === "loss"));
    if (known) return { name: `${side} ${metricName(known)}`, value: figures[known]! };
  }
  return null;
}

/** What a click on a column's heading asks for: that column, or the other way round. */
export function turned(now: Sorting, column: Column): Sorting {
  return { column, down: now.column === column ? !now.down : FIRST_DOWN.has(column) };
}

/** Runs in order; a run without that figure, or whose figure is no number, stands last either way. */
export function sorted(runs: readonly Run[], { column, down }: Sorting): Run[] {
  const keyed = runs.map((run) => [key(run, column), run] as const);
  keyed.sort(([a, one], [b, other]) => {
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined) || newer(one, other);
    const by = typeof a === "string" ? a.localeCompare(b as string) : a - (b as number);
    return (down ? -by : by) || newer(one, other);
  });
  return keyed.map(([, run]) => run);
}

/** The order that stood, for runs still there: so nothing moves under a pointer. Newer runs come before them, others last. */
export function steady(order: readonly string[], runs: readonly Run[]): Run[] {
  const places = new Map(order.map((run, i) => [run, i]));
  const latest = Math.max(...runs.filter((run) => places.has(run.run)).map((run) => run.started));
  const place = (run: Run) => places.get(run.run) ?? (run.started > latest ? -1 : order.length);
  return [...runs].sort((a, b) => place(a) - place(b) || newer(a, b));
}

function key(run: Run, column: Column): string | number | undefined {
  if (column === "loss") return number(loss(run));
  if (column === "metric") return number(metric(run)?.value);
  return run[column];
}

const number = (value: number | null | undefined) =>
  value === undefined || value === null || Number.isNaN(value) ? undefined : value;
const newer = (a: Run, b: Run) => b.started - a.started;
