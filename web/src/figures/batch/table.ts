/** The numbers of a tensor as a small table, changed ones marked. Knows no loop and no phase. */
import { html, nothing, type TemplateResult } from "lit";
import type { Grid } from "../../wire/arrays";
import { figures } from "../chart/scale";

export const ROWS = 16;
export const COLUMNS = 16;

/** Rows and columns of any shape: scalars are 1 × 1, vectors one column (a row a unit, as in a weight), further dimensions are laid side by side. */
export function flat(shape: readonly number[]): [rows: number, columns: number] {
  if (shape.length === 0) return [1, 1];
  if (shape.length === 1) return [shape[0]!, 1];
  return [shape[0]!, shape.slice(1).reduce((a, b) => a * b, 1)];
}

/** Which entries differ; none where there is nothing to compare with. */
export function changed(now: Grid, before: Grid | undefined): (i: number) => boolean {
  if (!before || before.data.length !== now.data.length) return () => false;
  return (i) => !Object.is(now.data[i], before.data[i]);
}

/** Whether any entry differs. */
export function anyChanged(now: Grid, before: Grid | undefined): boolean {
  const differs = changed(now, before);
  for (let i = 0; i < now.data.length; i++) if (differs(i)) return true;
  return false;
}

export const shapeText = (shape: readonly number[]) => (shape.length ? `(${shape.join(", ")})` : "()");

/** A table of at most `ROWS` × `COLUMNS`, four figures each, all of them on hover; the number before in front of a changed one. */
export function table(label: string, now: Grid, before?: Grid): TemplateResult {
  const [rows, columns] = flat(now.shape);
  const [down, across] = [Math.min(rows, ROWS), Math.min(columns, COLUMNS)];
  const differs = changed(now, before);
  const row = (r: number) => html`<tr>
    ${Array.from({ length: across }, (_, c) => cell(now, before, r * columns + c, differs))}
    ${across < columns ? html`<td class="soft">…</td>` : nothing}
  </tr>`;
  const left = [
    rows - down > 0 ? `${rows - down} more rows` : "",
    columns - across > 0 ? `${columns - across} more columns` : "",
  ];
  return html`<table aria-label=${label}>
      ${Array.from({ length: down }, (_, r) => row(r))}
    </table>
    ${left.some(Boolean) ? html`<div class="soft more">… ${left.filter(Boolean).join(", ")}</div>` : nothing}`;
}

function cell(
  now: Grid,
  before: Grid | undefined,
  i: number,
  differs: (i: number) => boolean,
): TemplateResult {
  const value = now.data[i]!;
  if (!differs(i)) return html`<td title=${exact(value)}>${said(now, value)}</td>`;
  const old = before!.data[i]!;
  const [was, is] = apart(now, old, value);
  return html`<td class="changed" title=${`${exact(value)}, before ${exact(old)}`}>
    <s>${was}</s> → <b>${is}</b>
  </td>`;
}

/** Two numbers with as many figures as tell them apart. */
export function apart(grid: Grid, a: number, b: number): [string, string] {
  for (let digits = 4; digits < 9; digits++) {
    const [one, other] = [said(grid, a, digits), said(grid, b, digits)];
    if (one !== other) return [one, other];
  }
  return [exact(a), exact(b)];
}

const whole = (grid: Grid) => grid.dtype.includes("i") || grid.dtype.includes("u");
const said = (grid: Grid, value: number, digits = 4) =>
  whole(grid) || (Number.isInteger(value) && Math.abs(value) < 1e5) ? String(value) : figures(value, digits);
const exact = (value: number) => String(value);
