/** Points set by hand, as a table that the server keeps like any other. Knows no figure. */
import type { Plain } from "../controls/field";
import type { Measured } from "../generated/wire";
import { ask } from "../wire/api";

/** A row: raw inputs, and the name of its class, or a number in regression. */
export interface Point {
  readonly at: readonly number[];
  readonly target: string | number;
}

/** A place that was pressed in the output, in raw inputs. */
export interface Pressed {
  readonly raw: readonly number[];
  readonly erase: boolean;
}

export const CLASSES = ["a", "b", "c", "d"] as const; // letters: numbers would be read as a quantity
export const TARGET = "class";

/** What `POST /api/tables` tells of a table. */
export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly note: string }[];
  readonly report?: readonly string[];
}

/** Points as a CSV; the target's column is `class`, or `y` where it is a number. */
export function toCsv(points: readonly Point[]): string {
  const inputs = points[0]?.at.length ?? 2;
  const names = inputs === 1 ? ["x"] : Array.from({ length: inputs }, (_, i) => `x${i + 1}`);
  const rows = points.map(({ at, target }) => [...at.map(digits), String(target)].join(","));
  return `${[[...names, targetOf(points)].join(","), ...rows].join("\n")}\n`;
}

/** The name of the column to predict. */
export const targetOf = (points: readonly Point[]): string =>
  typeof points[0]?.target === "number" ? "y" : TARGET;

/** All but the nearest point within `reach` of a place; distances in shares of the points' own extent. */
export function without(points: readonly Point[], at: readonly number[], reach = 0.05): Point[] {
  const spans = at.map(
    (_, i) =>
      Math.max(...points.map((p) => p.at[i] ?? 0)) - Math.min(...points.map((p) => p.at[i] ?? 0)) || 1,
  );
  const far = (p: Point) => Math.hypot(...at.map((x, i) => (x - (p.at[i] ?? 0)) / spans[i]!));
  const nearest = points.reduce<Point | null>(
    (best, p) => (best === null || far(p) < far(best) ? p : best),
    null,
  );
  return points.filter((p) => p !== nearest || far(p) > reach);
}

/** Have a CSV kept by the server. Raises `Refused`. */
export function keep(csv: string | Blob, name: string): Promise<Table> {
  return ask<Table>(`tables?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: csv,
  });
}

/** Settings that make a kept table the data. */
export function asData(path: string, target: string): Record<string, Plain> {
  return { "data.name": "table", "data.path": path, "data.target": target };
}

// float32 is all that a row becomes; more digits would only lengthen the file
const digits = (x: number) => String(Number(x.toPrecision(7)));

/** The rows that the session learns from and is tested on, as points; classes by letters. */
export function pointsOf(rows: Measured | undefined, classes: boolean): Point[] {
  return ["train", "test"].flatMap((side) => {
    const [raw, targets] = [rows?.arrays[`${side}_raw`], rows?.arrays[`${side}_targets`]];
    if (!raw || !targets) return [];
    const width = raw.shape[1] ?? 1;
    return Array.from(targets.data, (target, i) => ({
      at: Array.from(raw.data.slice(i * width, (i + 1) * width)),
      target: classes ? CLASSES[target % CLASSES.length]! : target,
    }));
  });
}
