/** What is read at a place of the plot, in words and fixed-width figures. */
import { type Field, valueAt, winnerAt } from "./field";
import { figures, signed } from "./number";

/** Such as "x1  0.42  x2 −1.10  p(class 1)  0.83". */
export function readingOf(
  field: Field,
  [row, column]: readonly [number, number],
  names: readonly string[],
  classes: readonly string[],
  target: string,
  unscaled: (value: number) => number,
): string {
  const place = [`${names[0]} ${signed(field.xs[column], 3)}`];
  if (field.ys) place.push(`${names[1]} ${signed(field.ys[row], 3)}`);
  return `${place.join("  ")}  ${said(field, row, column, classes, target, unscaled)}`;
}

function said(
  field: Field,
  row: number,
  column: number,
  classes: readonly string[],
  target: string,
  unscaled: (value: number) => number,
): string {
  if (field.task === "regression") return `${target} ${signed(unscaled(valueAt(field, row, column)))}`;
  const winner = field.task === "binary" ? 1 : winnerAt(field, row, column);
  const value = valueAt(field, row, column, field.task === "binary" ? 0 : winner);
  return `p(${classes[winner] ?? `class ${winner}`}) ${figures(value, 3)}`;
}
