/** Weights as curved lines: colour by sign, width by size. Knows no pointer. */
import { css } from "../../look/colour";
import type { Numbers } from "../../wire/arrays";
import { acrossOf, type Geometry } from "./layout";

export const MOST_LINES = 256; // between two columns; of more, the largest weights are drawn
const ALL_LINES = 1000; // of a network
const LEVELS = 8;
const BINS = 128;
const HAIR = 1; // px: a processor draws ten curves of this width while it draws a wider one

/** A power of two no smaller than the largest weight, so that widths do not breathe with every step. */
export function scaleOf(weights: Numbers): number {
  let most = 0;
  for (let i = 0; i < weights.length; i++) {
    const size = Math.abs(weights[i]!);
    if (size > most && size < Number.POSITIVE_INFINITY) most = size;
  }
  return most > 0 ? 2 ** Math.ceil(Math.log2(most)) : 1;
}

/** The size from which a weight is drawn, such that about `most` of them are; all, where they are of one size. */
export function thresholdOf(weights: Numbers, scale: number, most: number): number {
  if (weights.length <= most) return 0;
  const counts = new Uint32Array(BINS + 1);
  for (let i = 0; i < weights.length; i++) {
    const bin = Math.floor((Math.abs(weights[i]!) / scale) * BINS);
    counts[Math.min(BINS, bin)]!++;
  }
  let [bin, drawn] = [BINS, 0];
  while (bin > 0 && drawn + counts[bin]! <= most) drawn += counts[bin--]!;
  return ((drawn ? bin + 1 : bin) / BINS) * scale;
}

/** How many lines are drawn between two columns of so many gaps. */
export function mostFor(gaps: number): number {
  return Math.min(MOST_LINES, Math.floor(ALL_LINES / Math.max(1, gaps)));
}

/** Lines into `column`. `weights` is (units, units before), row by row. */
export class Lines {
  readonly scale: number;
  readonly threshold: number;
  /** How many of them are drawn. */
  readonly drawn: number;
  private readonly levels: Int8Array; // 0 is not drawn; negative weights have negative levels

  constructor(
    private readonly weights: Numbers,
    private readonly before: number,
    most = MOST_LINES,
  ) {
    this.scale = scaleOf(weights);
    this.threshold = thresholdOf(weights, this.scale, most);
    this.levels = new Int8Array(weights.length);
    for (let i = 0; i < weights.length; i++) this.levels[i] = this.level(weights[i]!);
    this.drawn = this.levels.reduce((count, level) => count + (level ? 1 : 0), 0);
  }

  /** 0 to 1; −1 where it is not drawn. */
  size(unit: number, from: number): number {
    const level = this.levels[unit * this.before + from] ?? 0;
    return level === 0 ? -1 : Math.abs(level) / LEVELS;
  }

  value(unit: number, from: number): number {
    return this.weights[unit * this.before + from] ?? Number.NaN;
  }

  /** `only` some of them; `least` is how opaque even the smallest is; `fine` where they are so many that time counts. */
  draw(
    pen: CanvasRenderingContext2D,
    geometry: Geometry,
    column: number,
    only: (unit: number, from: number) => boolean = () => true,
    least = 0,
    fine = false,
  ): void {
    const widest = Math.min(6, Math.max(2, geometry.size / 6));
    for (let level = 1; level <= LEVELS; level++)
      for (const sign of [-1, 1]) {
        pen.beginPath();
        for (let i = 0; i < this.levels.length; i++) {
          if (this.levels[i] !== level * sign) continue;
          const [unit, from] = [Math.floor(i / this.before), i % this.before];
          if (!only(unit, from)) continue;
          if (fine) hairs(pen, geometry, column, unit, from, (widest * level) / LEVELS);
          else line(pen, geometry, column, unit, from);
        }
        pen.strokeStyle = css(
          sign < 0 ? "class-0" : "class-1",
          Math.max(least, 0.2 + (0.8 * level) / LEVELS),
        );
        pen.lineWidth = fine ? HAIR : Math.max(0.5, (widest * level) / LEVELS);
        pen.stroke();
      }
  }

  // a weight of exactly 0 has no sign and no line
  private level(weight: number): number {
    const size = Math.abs(weight);
    if (!(size > 0) || size < this.threshold) return 0;
    return Math.sign(weight) * Math.min(LEVELS, Math.max(1, Math.ceil((size / this.scale) * LEVELS)));
  }
}

// a wide line as hairs beside each other
function hairs(
  pen: CanvasRenderingContext2D,
  geometry: Geometry,
  column: number,
  unit: number,
  from: number,
  width: number,
): void {
  const count = Math.max(1, Math.round(width));
  for (let i = 0; i < count; i++) line(pen, geometry, column, unit, from, i - (count - 1) / 2);
}

/** The path of one line: level beside the boxes of a column in two ranks, bent in between. */
export function line(
  pen: CanvasRenderingContext2D,
  geometry: Geometry,
  column: number,
  unit: number,
  from: number,
  down = 0,
): void {
  const { xs, ys, half } = geometry;
  const [x0, x1] = [xs[column - 1]! + half[column - 1]!, xs[column]! - half[column]!];
  const [y0, y1] = [ys[column - 1]![from]! + down, ys[column]![unit]! + down];
  const middle = (x0 + x1) / 2;
  pen.moveTo(acrossOf(geometry, column - 1, from), y0);
  pen.lineTo(x0, y0);
  pen.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  pen.lineTo(acrossOf(geometry, column, unit), y1);
}
