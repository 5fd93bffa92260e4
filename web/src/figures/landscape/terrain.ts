/** A landscape as it is drawn: heights, axes, path. Reads one measurement and computes no loss. */
import type { Measured } from "../../generated/wire";

export interface Terrain {
  readonly step: number;
  readonly rows: number;
  readonly columns: number;
  /** Loss, row by row, (rows × columns). */
  readonly values: readonly number[];
  readonly across: readonly number[]; // (columns,)
  readonly up: readonly number[]; // (rows,)
  /** The path's places in the plane, (n, 2) as pairs. */
  readonly path: readonly (readonly [number, number])[];
  readonly low: number;
  readonly high: number;
  /** Loss at the point of the grid that is nearest to the path's end. */
  readonly end: number;
  readonly names: readonly [string, string];
  readonly variance: readonly [number | undefined, number | undefined];
}

export function terrain({ step, values: told, arrays }: Measured): Terrain | null {
  const { values, axis_a, axis_b, path } = arrays;
  if (!values || !axis_a || !axis_b) return null;
  const [rows, columns] = values.shape as [number, number];
  const heights = Array.from(values.data);
  const finite = heights.filter(Number.isFinite);
  const [across, up] = [Array.from(axis_a.data), Array.from(axis_b.data)];
  const places = path ? pairs(Array.from(path.data)) : [];
  const last = places[places.length - 1] ?? [0, 0];
  return {
    step,
    rows,
    columns,
    values: heights,
    across,
    up,
    path: places,
    low: finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    high: finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    end: heights[nearest(up, last[1]) * columns + nearest(across, last[0])]!,
    names: ["direction 1", "direction 2"],
    variance: [told.variance_a, told.variance_b],
  };
}

/** Whether heights stand for the loss's logarithm: where it spans more than a decade, so that the valley is seen. */
export const isLog = ({ low, high }: Pick<Terrain, "low" | "high">): boolean => low > 0 && high / low > 10;

/** Heights between 0 and 1. */
export function relief({ values, low, high }: Pick<Terrain, "values" | "low" | "high">): Float32Array {
  const log = isLog({ low, high });
  const f = (value: number) =>
    log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low || 1);
  return Float32Array.from(values, (value) => (Number.isFinite(value) ? f(value) : 1));
}

function pairs(flat: readonly number[]): [number, number][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

function nearest(axis: readonly number[], value: number): number {
  let best = 0;
  for (let i = 1; i < axis.length; i++)
    if (Math.abs(axis[i]! - value) < Math.abs(axis[best]! - value)) best = i;
  return best;
}
