/** The rows as points: train filled, test ringed, wrong ones crossed. Judges none but by what the model was heard to say. */

import type { Measured } from "../../generated/wire";
import { css } from "../../look/colour";
import type { Grid } from "../../wire/arrays";
import { type Field, type Verdict, verdictAt } from "./field";
import { type Frame, pixelX, pixelY } from "./frame";
import { classToken } from "./ramp";

/** One side's rows: raw inputs (rows, columns), of which two are drawn, targets (rows), and what the model says of each. */
export interface Rows {
  readonly raw: Grid;
  readonly across: number;
  readonly up: number;
  readonly targets: Grid;
  readonly said: Grid | null;
  readonly ringed: boolean;
}

/** `columns` are the raw inputs in view; `said` the reading of `predictions`, where rows are drawn by what is said of them. */
export function rowsOf(
  data: Measured | undefined,
  columns: readonly number[],
  said: Measured | undefined,
  withTest: boolean,
): Rows[] {
  // a live session sends the columns in view alone, and says which they are
  const [across = 0, up = 1] = data?.arrays.columns ? [0, 1] : columns;
  const sides = withTest ? ["train", "test"] : ["train"];
  return sides.flatMap((side) => {
    const [raw, targets] = [data?.arrays[`${side}_raw`], data?.arrays[`${side}_targets`]];
    if (!raw || !targets?.data.length) return [];
    const answers = said?.arrays[side];
    const fits = answers?.data.length === targets.data.length; // else they are of other rows
    return [{ raw, across, up, targets, said: fits ? answers : null, ringed: side === "test" }];
  });
}

/** Pixel places of a side's rows, x and y one after another; null for y takes the targets. */
export function placesOf({ raw, across, up, targets }: Rows, frame: Frame, flat: boolean): Float32Array {
  const width = raw.shape[1] ?? 1;
  const places = new Float32Array(2 * targets.data.length);
  for (let i = 0; i < targets.data.length; i++) {
    places[2 * i] = pixelX(frame, raw.data[i * width + across]!);
    places[2 * i + 1] = pixelY(frame, flat ? targets.data[i]! : raw.data[i * width + up]!);
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

/** How a row was said; the wrong ones are crossed. */
export type Judge = (row: number) => Verdict;

/** By what is said of each row itself; null where that is not known. */
export function judgedAsSaid({ said, targets }: Rows): Judge | null {
  return said && ((row) => (said.data[row] === targets.data[row] ? "right" : "wrong"));
}

/** By the surface, where a row's place decides what is said of it. */
export function judgedOnSurface({ raw, across, up, targets }: Rows, field: Field): Judge {
  const width = raw.shape[1] ?? 1;
  return (row) =>
    verdictAt(field, raw.data[row * width + across]!, raw.data[row * width + up]!, targets.data[row]!);
}

/** How many of the rows that are shown were said wrong, and how many lie where the boundary runs. */
export interface Count {
  rows: number;
  wrong: number;
  undecided: number;
}

/** The count in words. */
export function counted({ rows, wrong, undecided }: Count): string {
  return `${wrong} of ${rows} shown rows wrong${undecided ? `; ${undecided} on the boundary` : ""}`;
}

/** Crosses over wrong rows, in ink; adds them to the count. */
export function crossErrors(
  pen: CanvasRenderingContext2D,
  places: Float32Array,
  judge: Judge,
  radius: number,
  count: Count,
): void {
  count.rows += places.length / 2;
  pen.beginPath();
  for (let i = 0; i < places.length / 2; i++) {
    const verdict = judge(i);
    if (verdict === "on the boundary") count.undecided++;
    if (verdict !== "wrong") continue;
    count.wrong++;
    const [x, y] = [places[2 * i]!, places[2 * i + 1]!];
    pen.moveTo(x - radius - 1, y - radius - 1);
    pen.lineTo(x + radius + 1, y + radius + 1);
    pen.moveTo(x + radius + 1, y - radius - 1);
    pen.lineTo(x - radius - 1, y + radius + 1);
  }
  pen.strokeStyle = css("ink");
  pen.lineWidth = 1.25;
  pen.stroke();
}
