/** Each unit's answer over the inputs as a small picture. Computes none: numbers come as they are drawn. */
import { css } from "../../look/colour";
import type { Grid } from "../../wire/arrays";
import { STEPS } from "../output/ramp";

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
    low: number,
    high: number,
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
    const scale = STEPS / (high - low);
    for (let unit = 0, at = 0; unit < units; unit++) {
      const colours = ramp(unit);
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

/** A unit's answer over one input, as a curve about the box's middle. `grid` (units, columns). */
export function trace(
  pen: CanvasRenderingContext2D,
  grid: Grid,
  unit: number,
  reach: number,
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
    const value = grid.data[unit * columns + i]! / reach;
    pen.lineTo(x - size / 2 + (i / (columns - 1)) * size, y - (value * (size - 4)) / 2);
  }
  pen.stroke();
}
