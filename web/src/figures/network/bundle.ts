/** Weights that are not drawn one by one: a band from column to column, and how many they are. Knows no value. */
import { css } from "../../look/colour";
import type { Geometry } from "./layout";
import { lined } from "./place";
import type { Structure } from "./structure";

const FAINT = 0.35;

/** A band before each column whose lines are left out; a gap would say that nothing leads there. */
export function drawBundles(pen: CanvasRenderingContext2D, { columns }: Structure, geometry: Geometry): void {
  for (let column = 1; column < columns.length; column++)
    if (columns[column]!.weight && !lined(columns, column)) {
      const [x, y] = band(pen, geometry, column);
      count(pen, columns[column]!.units * columns[column - 1]!.units, x, y);
    }
}

// from the first column's height to the second's; returns its middle
function band(pen: CanvasRenderingContext2D, geometry: Geometry, column: number): [number, number] {
  const { xs, half } = geometry;
  const [x0, x1] = [xs[column - 1]! + half[column - 1]!, xs[column]! - half[column]!];
  const [from, to] = [reach(geometry, column - 1), reach(geometry, column)];
  const middle = (x0 + x1) / 2;
  pen.beginPath();
  pen.moveTo(x0, from[0]);
  pen.bezierCurveTo(middle, from[0], middle, to[0], x1, to[0]);
  pen.lineTo(x1, to[1]);
  pen.bezierCurveTo(middle, to[1], middle, from[1], x0, from[1]);
  pen.fillStyle = css("rule", FAINT);
  pen.fill();
  return [middle, (from[0] + from[1] + to[0] + to[1]) / 4];
}

function reach({ ys, size }: Geometry, column: number): [number, number] {
  const [first, last] = [ys[column]![0] ?? 0, ys[column]!.at(-1) ?? 0];
  return [first - size / 2, last + size / 2];
}

function count(pen: CanvasRenderingContext2D, weights: number, x: number, y: number): void {
  pen.fillStyle = css("ink-soft");
  pen.font = "12px 'Inter Variable', sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(weights.toLocaleString("en"), x, y - 8);
  pen.fillText("weights", x, y + 8);
}
