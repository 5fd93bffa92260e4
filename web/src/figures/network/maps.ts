/** Each unit's answer over the inputs as a small picture. Computes none: numbers come as they are drawn. */
import { css } from "../../look/colour";
import type { Grid, Numbers } from "../../wire/arrays";
import { STEPS } from "../output/ramp";

/** What the ends of a scale stand for. */
export type Ends = readonly [low: number, high: number];

/** How the inputs' maps are called among those of the layers. */
export const INPUTS = "inputs";

/** Pictures of one layer side by side in one canvas, filled at once and drawn one by one. */
export class Atlas {
  private readonly canvas = document.createElement("canvas");
  private readonly pen = this.canvas.getContext("2d")!;
  private image: ImageData | null = null;
  private columns = 0;
  private rows = 0;
  private kept: { grid: Grid; key: string } | null = null;

  /** `grid` (units, rows, columns), rows from the bottom up unless `pixels`; `key` tells one look from another. */
  fill(
    grid: Grid,
    ends: (unit: number) => Ends,
    ramp: (unit: number) => Uint32Array,
    key: string,
    pixels = false,
  ): void {
    if (this.kept?.grid === grid && this.kept.key === key) return;
    const [units = 0, rows = 0, columns = 0] = grid.shape;
    this.kept = { grid, key };
    const image = this.sized(units * columns, rows);
    [this.columns, this.rows] = [columns, rows];
    if (!image) return;
    const target = new Uint32Array(image.data.buffer);
    for (let unit = 0, at = 0; unit < units; unit++) {
      const [colours, [low, high]] = [ramp(unit), ends(unit)];
      const scale = STEPS / (high - low);
      for (let row = 0; row < rows; row++) {
        let to = (pixels ? row : rows - 1 - row) * units * columns + unit * columns;
        for (let column = 0; column < columns; column++, at++, to++) {
          const step = (grid.data[at]! - low) * scale;
          target[to] = Number.isNaN(step)
            ? 0
            : colours[step <= 0 ? 0 : step >= STEPS ? STEPS - 1 : step | 0]!;
        }
      }
    }
    this.pen.putImageData(image, 0, 0);
  }

  draw(pen: CanvasRenderingContext2D, unit: number, x: number, y: number, size: number, smooth = true): void {
    const { columns, rows } = this;
    if (!columns || !rows) return;
    pen.imageSmoothingEnabled = smooth;
    pen.drawImage(this.canvas, unit * columns, 0, columns, rows, x - size / 2, y - size / 2, size, size);
  }

  private sized(width: number, height: number): ImageData | null {
    if (!width || !height) return null;
    if (this.image?.width !== width || this.image.height !== height) {
      [this.canvas.width, this.canvas.height] = [width, height];
      this.image = this.pen.createImageData(width, height);
    }
    return this.image;
  }
}

/** The largest size of any number, for scales that are symmetric around 0. */
export function reachOf(grid: Grid): number {
  let reach = 0;
  for (let i = 0; i < grid.data.length; i++) {
    const size = Math.abs(grid.data[i]!);
    if (size > reach && size < Number.POSITIVE_INFINITY) reach = size;
  }
  return reach || 1;
}

const NEAR = 0.1; // of its range: a square's least value on a grid is nearly 0

/**
 * Ends of the scale of one input's map: alike on both sides of 0 where it comes near 0, else from its least to its
 * most, since years and rents are far from 0 everywhere. What is the same everywhere stands in the middle.
 */
export function endsOf(values: Numbers): Ends {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < low) low = values[i]!;
    if (values[i]! > high) high = values[i]!;
  }
  const range = high - low;
  if (!(range > 0)) return [low - 1, low + 1];
  const reach = Math.max(high, -low);
  return low <= NEAR * range && high >= -NEAR * range ? [-reach, reach] : [low, high];
}

/** The values of one unit of a grid (units, …). */
export function valuesOf({ data, shape }: Grid, unit: number): Numbers {
  const size = data.length / (shape[0] || 1);
  return data.subarray(unit * size, (unit + 1) * size);
}

/** A unit's answer over one input, as a curve in the box. `grid` (units, columns). */
export function trace(
  pen: CanvasRenderingContext2D,
  grid: Grid,
  unit: number,
  [low, high]: Ends,
  [x, y, size]: [number, number, number],
): void {
  const columns = grid.shape[1] ?? 0;
  pen.strokeStyle = css("rule");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x - size / 2, y);
  pen.lineTo(x + size / 2, y);
  pen.stroke();
  pen.strokeStyle = css("ink");
  pen.beginPath();
  for (let i = 0; i < columns; i += 4) {
    const share = (grid.data[unit * columns + i]! - low) / (high - low) - 0.5;
    pen.lineTo(x - size / 2 + (i / (columns - 1)) * size, y - share * (size - 4));
  }
  pen.stroke();
}
