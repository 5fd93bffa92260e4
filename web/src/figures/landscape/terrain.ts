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
  /** Loss at the path's end. */
  readonly end: number | undefined;
  /** Whether the directions were drawn at random, as the path is too short to give any. */
  readonly random: boolean;
  readonly rowsUsed: number | undefined;
  readonly names: readonly [string, string];
  readonly variance: readonly [number | undefined, number | undefined];
}

export function terrain({ step, values: told, arrays }: Measured): Terrain | null {
  const { loss, grid_x, grid_y, path, path_loss } = arrays;
  if (!loss || !grid_x || !grid_y) return null;
  const [rows, columns] = loss.shape as [number, number];
  const heights = Array.from(loss.data);
  const finite = heights.filter(Number.isFinite);
  const [across, up] = [Array.from(grid_x.data), Array.from(grid_y.data)];
  const places = path ? pairs(Array.from(path.data)) : [];
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
    end: path_loss?.data[path_loss.data.length - 1],
    random: told.principal === 0,
    rowsUsed: told.rows,
    names: told.principal === 0 ? ["random 1", "random 2"] : ["principal 1", "principal 2"],
    variance: told.principal === 0 ? [undefined, undefined] : [told.explained_1, told.explained_2],
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
