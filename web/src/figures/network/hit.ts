/** What stands under a point: a unit, its bias, or the nearest line. Draws nothing. */
import { acrossOf, type Geometry } from "./layout";
import { lined, type Place } from "./place";
import type { Structure } from "./structure";

export const MARK = 6; // side of a bias mark
const NEAR = 6; // px from a line at which it is meant

/** Centre of a bias mark: the unit's lower left corner. */
export function markAt(geometry: Geometry, column: number, unit: number): [number, number] {
  const { ys, size } = geometry;
  return [acrossOf(geometry, column, unit) - size / 2, ys[column]![unit]! + size / 2 - 1];
}

/** Share of the way down, at `share` of the way across. A line is a Bézier curve with level ends. */
export function bend(share: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2;
    const x = 1.5 * t * (1 - t) ** 2 + 1.5 * t * t * (1 - t) + t ** 3;
    if (x < share) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  return t * t * (3 - 2 * t);
}

/** `size` of a line (0 to 1) breaks ties: where two cross, the wider one is meant; a line not drawn has size −1. */
export function hit(
  structure: Structure,
  geometry: Geometry,
  x: number,
  y: number,
  size: (column: number, unit: number, from: number) => number,
): Place | null {
  return atUnit(structure, geometry, x, y) ?? atLine(structure, geometry, x, y, size);
}

function atUnit(structure: Structure, geometry: Geometry, x: number, y: number): Place | null {
  const { xs, ys, half } = geometry;
  const column = xs.findIndex((middle, i) => Math.abs(x - middle) <= half[i]! + MARK);
  if (column < 0) return null;
  const units = ys[column]!.map((_, unit) => unit);
  if (structure.columns[column]!.bias !== null)
    for (const unit of units)
      if (within(markAt(geometry, column, unit), x, y, MARK / 2 + 1)) return { kind: "bias", column, unit };
  const unit = units.find((unit) =>
    within([acrossOf(geometry, column, unit), ys[column]![unit]!], x, y, geometry.size / 2),
  );
  return unit === undefined ? null : { kind: "unit", column, unit };
}

function within([cx, cy]: readonly [number, number], x: number, y: number, half: number): boolean {
  return Math.abs(x - cx) <= half && Math.abs(y - cy) <= half;
}

function atLine(
  { columns }: Structure,
  { xs, ys, half }: Geometry,
  x: number,
  y: number,
  size: (column: number, unit: number, from: number) => number,
): Place | null {
  const column = xs.findIndex((right, i) => i > 0 && x > xs[i - 1]! + half[i - 1]! && x < right - half[i]!);
  if (column < 1 || !lined(columns, column)) return null;
  const [x0, x1] = [xs[column - 1]! + half[column - 1]!, xs[column]! - half[column]!];
  const down = bend((x - x0) / (x1 - x0));
  let [best, found]: [number, Place | null] = [NEAR, null];
  ys[column - 1]!.forEach((y0, from) => {
    ys[column]!.forEach((y1, unit) => {
      const wide = size(column, unit, from);
      const off = Math.abs(y - (y0 + (y1 - y0) * down)) - 2 * wide;
      if (wide < 0 || off >= best) return;
      [best, found] = [off, { kind: "weight", column, unit, from }];
    });
  });
  return found;
}
