/** The rows as points: train filled, test ringed, surely wrong ones crossed. Judges none but by what the surface says. */

import type { Measured } from "../../generated/wire";
import { css } from "../../look/colour";
import type { Grid } from "../../wire/arrays";
import { type Field, surelyWrong } from "./field";
import { type Frame, pixelX, pixelY } from "./frame";
import { classToken } from "./ramp";

/** One side's rows: raw inputs (rows, columns) and targets (rows). */
export interface Rows {
  readonly raw: Grid;
  readonly targets: Grid;
  readonly ringed: boolean;
}

export function rowsOf(data: Measured | undefined, withTest: boolean): Rows[] {
  const sides = withTest ? ["train", "test"] : ["train"];
  return sides.flatMap((side) => {
    const [raw, targets] = [data?.arrays[`${side}_raw`], data?.arrays[`${side}_targets`]];
    return raw && targets?.data.length ? [{ raw, targets, ringed: side === "test" }] : [];
  });
}

/** Pixel places of a side's rows, x and y one after another; null for y takes the targets. */
export function placesOf(
  { raw, targets }: Rows,
  frame: Frame,
  columns: readonly number[],
  flat: boolean,
): Float32Array {
  const width = raw.shape[1] ?? 1;
  const places = new Float32Array(2 * targets.data.length);
  for (let i = 0; i < targets.data.length; i++) {
    places[2 * i] = pixelX(frame, raw.data[i * width + (columns[0] ?? 0)]!);
    places[2 * i + 1] = pixelY(frame, flat ? targets.data[i]! : raw.data[i * width + (columns[1] ?? 1)]!);
  }
  return places;
}

export function radiusFor(rows: number): number {
  return rows > 1500 ? 2 : rows > 500 ? 2.5 : 3.5;
}

/** Points of one side. `colour` names a point's colour. */
export function drawRows(
  pen: CanvasRenderingContext2D,
  places: Float32Array,
  radius: number,
  ringed: boolean,
  colour: (row: number) => string,
  rim = css("paper"),
): void {
  pen.lineWidth = ringed ? 1.75 : 1;
  for (let i = 0; i < places.length / 2; i++) {
    pen.beginPath();
    pen.arc(places[2 * i]!, places[2 * i + 1]!, ringed ? radius - 0.5 : radius, 0, 2 * Math.PI);
    if (ringed) {
      pen.fillStyle = css("paper", 0.6);
      pen.fill();
      pen.strokeStyle = colour(i);
    } else {
      pen.fillStyle = colour(i);
      pen.fill();
      pen.strokeStyle = rim;
    }
    pen.stroke();
  }
}

export function classColour(target: number): string {
  return css(classToken(target));
}

/** Crosses over rows that the surface says wrong, in ink. Returns how many. */
export function crossErrors(
  pen: CanvasRenderingContext2D,
  rows: Rows,
  places: Float32Array,
  field: Field,
  columns: readonly number[],
  radius: number,
): number {
  const width = rows.raw.shape[1] ?? 1;
  let count = 0;
  pen.beginPath();
  for (let i = 0; i < rows.targets.data.length; i++) {
    const [x, y] = [
      rows.raw.data[i * width + (columns[0] ?? 0)]!,
      rows.raw.data[i * width + (columns[1] ?? 0)]!,
    ];
    if (!surelyWrong(field, x, y, rows.targets.data[i]!)) continue;
    count++;
    const [px, py] = [places[2 * i]!, places[2 * i + 1]!];
    pen.moveTo(px - radius - 1, py - radius - 1);
    pen.lineTo(px + radius + 1, py + radius + 1);
    pen.moveTo(px + radius + 1, py - radius - 1);
    pen.lineTo(px - radius - 1, py + radius + 1);
  }
  pen.strokeStyle = css("ink");
  pen.lineWidth = 1.25;
  pen.stroke();
  return count;
}
