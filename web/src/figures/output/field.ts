/** What a model says over the plane, whatever its task: values by place, and which class wins there. Draws nothing. */
import type { Measured } from "../../generated/wire";
import type { Numbers } from "../../wire/arrays";

export type Task = "binary" | "multiclass" | "regression";

/** Values by class, row and column; one class in binary tasks (p of class 1) and regression. One row over one input. */
export interface Field {
  readonly task: Task;
  readonly xs: Numbers;
  readonly ys: Numbers | null;
  readonly values: Numbers;
  readonly classes: number;
  readonly rows: number;
  readonly columns: number;
}

export function fieldOf(surface: Measured | undefined, task: string): Field | null {
  const [xs, ys, values] = [surface?.arrays.grid_x, surface?.arrays.grid_y, surface?.arrays.values];
  if (!xs || !values || !isTask(task)) return null;
  const [rows, columns] = [ys?.data.length ?? 1, xs.data.length];
  const classes = Math.round(values.data.length / (rows * columns));
  return { task, xs: xs.data, ys: ys?.data ?? null, values: values.data, classes, rows, columns };
}

function isTask(task: string): task is Task {
  return task === "binary" || task === "multiclass" || task === "regression";
}

export function valueAt({ values, rows, columns }: Field, row: number, column: number, number = 0): number {
  return values[(number * rows + row) * columns + column]!;
}

/** The class said at a place of the grid. */
export function winnerAt(field: Field, row: number, column: number): number {
  if (field.task === "binary") return valueAt(field, row, column) > 0.5 ? 1 : 0;
  let best = 0;
  for (let k = 1; k < field.classes; k++)
    if (valueAt(field, row, column, k) > valueAt(field, row, column, best)) best = k;
  return best;
}

/** How a row was said: where some places around it say its class and some another, the boundary runs there. */
export type Verdict = "right" | "wrong" | "on the boundary";

/** What the grid's places around a point say of its class: all or none of them, however fine the boundary, or some. */
export function verdictAt(field: Field, x: number, y: number, truth: number): Verdict {
  const [column, row] = [below(field.xs, x), field.ys ? below(field.ys, y) : 0];
  let agreeing = 0;
  for (let r = row; r < row + 2; r++)
    for (let c = column; c < column + 2; c++)
      if (winnerAt(field, Math.min(r, field.rows - 1), Math.min(c, field.columns - 1)) === truth) agreeing++;
  return agreeing === 4 ? "right" : agreeing ? "on the boundary" : "wrong";
}

function below(places: Numbers, value: number): number {
  const [first, last] = [places[0]!, places[places.length - 1]!];
  const at = Math.floor(((value - first) / (last - first)) * (places.length - 1));
  return Math.min(places.length - 1, Math.max(0, at));
}

/** Segments of the line where `of` is 0, in columns and rows of the grid: x0, y0, x1, y1 one after another. */
export function boundary(
  of: (row: number, column: number) => number,
  rows: number,
  columns: number,
): number[] {
  const found: number[] = [];
  for (let r = 0; r + 1 < rows; r++)
    for (let c = 0; c + 1 < columns; c++) {
      const [a, b, d, e] = [of(r, c), of(r, c + 1), of(r + 1, c + 1), of(r + 1, c)];
      const cuts: number[] = [];
      if (a > 0 !== b > 0) cuts.push(c + a / (a - b), r);
      if (b > 0 !== d > 0) cuts.push(c + 1, r + b / (b - d));
      if (d > 0 !== e > 0) cuts.push(c + e / (e - d), r + 1);
      if (e > 0 !== a > 0) cuts.push(c, r + a / (a - e));
      found.push(...cuts); // two cuts are a segment, four (a saddle) are two: either pairing is right
    }
  return found;
}
