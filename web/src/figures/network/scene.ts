/** Draws a network: lines, maps, marks, labels, and what is pointed at. Knows no element and sends nothing. */
import type { Measured } from "../../generated/wire";
import { css, token } from "../../look/colour";
import type { Grid } from "../../wire/arrays";
import { classToken, diverging, rising } from "../output/ramp";
import { drawBundles } from "./bundle";
import { MARK, markAt } from "./hit";
import { Layer, MANY } from "./layer";
import { acrossOf, below, brief, type Geometry } from "./layout";
import { Lines, line, mostFor } from "./lines";
import { Atlas, type Ends, endsOf, INPUTS, reachOf, trace, valuesOf } from "./maps";
import { lined, type Place } from "./place";
import type { Column, Structure } from "./structure";

/** What a scene is drawn from; all of it as it was heard. */
export interface Shown {
  readonly weights: Measured | undefined;
  readonly maps: Measured | undefined;
  readonly surface: Measured | undefined;
  readonly task: string;
  readonly target: readonly [number, number]; // middle and reach of a regression's surface, as it is drawn large
}

type Pen = CanvasRenderingContext2D;

export class Scene {
  private readonly layer = new Layer();
  private readonly atlases: Atlas[] = [];
  private readonly lines: (Lines | undefined)[] = [];
  private from: Measured | undefined;

  /** The lines into a column, as they were drawn last. */
  linesInto(column: number): Lines | undefined {
    return this.lines[column];
  }

  forget(): void {
    this.lines.length = 0;
    this.from = undefined;
  }

  /** Returns ms after which to draw again though nothing new comes, 0 for never. */
  draw(pen: Pen, structure: Structure, geometry: Geometry, shown: Shown, at: Place | null): number {
    this.take(structure, shown.weights);
    pen.clearRect(0, 0, geometry.width, geometry.height);
    const count = this.lines.reduce((all, lines) => all + (lines?.drawn ?? 0), 0);
    const key = `${at?.kind === "unit" ? `${at.column} ${at.unit}` : ""} ${geometry.width} ${geometry.height} ${token("paper")}`;
    drawBundles(pen, structure, geometry);
    const wait = this.layer.draw(pen, this.from, key, count, performance.now(), (pen) =>
      this.drawLines(pen, geometry, at, count > MANY),
    );
    if (at?.kind === "weight") this.drawWeight(pen, geometry, at.column, at.unit, at.from);
    for (let column = 0; column < structure.columns.length; column++)
      this.drawUnits(pen, structure, geometry, shown, column);
    this.drawNotes(pen, structure, geometry);
    if (at && at.kind !== "weight") this.drawPlace(pen, geometry, at);
    return wait;
  }

  bias(structure: Structure, column: number, unit: number): number | null {
    const { bias } = structure.columns[column]!;
    const values = bias ? this.from?.arrays[`values/${bias}`] : undefined;
    return values ? (values.data[unit] ?? null) : null;
  }

  private take({ columns }: Structure, weights: Measured | undefined): void {
    if (weights === this.from) return;
    this.from = weights;
    const most = mostFor(columns.length - 1);
    columns.forEach(({ weight }, i) => {
      const grid = weight ? weights?.arrays[`values/${weight}`] : undefined;
      this.lines[i] =
        grid && lined(columns, i) ? new Lines(grid.data, columns[i - 1]!.units, most) : undefined;
    });
    this.lines.length = columns.length;
  }

  // the lines of a unit that is pointed at stand out from the others
  private drawLines(pen: Pen, geometry: Geometry, at: Place | null, fine: boolean): void {
    const unit = at?.kind === "unit" ? at : null;
    pen.globalAlpha = unit ? 0.2 : 1;
    for (const [column, lines] of this.lines.entries())
      lines?.draw(pen, geometry, column, undefined, 0, fine);
    pen.globalAlpha = 1;
    if (!unit) return;
    this.lines[unit.column]?.draw(pen, geometry, unit.column, (to) => to === unit.unit, 0.7);
    this.lines[unit.column + 1]?.draw(pen, geometry, unit.column + 1, (_, from) => from === unit.unit, 0.7);
  }

  private drawUnits(pen: Pen, structure: Structure, geometry: Geometry, shown: Shown, column: number): void {
    const { ys, size } = geometry;
    const here = structure.columns[column]!;
    const picture = this.pictures(structure, shown, column);
    const [ground, edge] = [css("raised"), css("ink-soft")];
    ys[column]!.forEach((y, unit) => {
      const x = acrossOf(geometry, column, unit);
      pen.fillStyle = ground;
      pen.fillRect(x - size / 2, y - size / 2, size, size);
      picture?.(pen, unit, x, y, size);
      pen.strokeStyle = edge;
      pen.lineWidth = 1;
      pen.strokeRect(Math.round(x - size / 2) + 0.5, Math.round(y - size / 2) + 0.5, size - 1, size - 1);
      if (here.bias) this.mark(pen, structure, geometry, column, unit);
    });
    if (here.kind !== "hidden") labels(pen, here, geometry, column);
  }

  private mark(pen: Pen, structure: Structure, geometry: Geometry, column: number, unit: number): void {
    const [x, y] = markAt(geometry, column, unit);
    const value = this.bias(structure, column, unit);
    pen.fillStyle = css("paper");
    pen.fillRect(x - MARK / 2 - 1, y - MARK / 2 - 1, MARK + 2, MARK + 2);
    pen.fillStyle =
      value === null
        ? css("rule")
        : css(value < 0 ? "class-0" : "class-1", 0.25 + 0.75 * Math.min(1, Math.abs(value)));
    pen.fillRect(x - MARK / 2, y - MARK / 2, MARK, MARK);
  }

  // how to draw a unit's picture, where there is one
  private pictures(
    structure: Structure,
    shown: Shown,
    column: number,
  ): ((pen: Pen, unit: number, x: number, y: number, size: number) => void) | null {
    const here = structure.columns[column]!;
    this.atlases[column] ??= new Atlas();
    const atlas = this.atlases[column];
    const key = `${token("paper")} ${token("class-0")}`;
    if (here.kind === "output") return surfaces(atlas, shown, key);
    // an image is no point of a plane: what a unit looks for says more than a map over two pixels
    const looked = column === 1 ? pixels(atlas, structure, this.from, key) : null;
    if (looked) return looked;
    const inputs = here.kind === "inputs";
    const grid = shown.maps?.arrays[inputs ? INPUTS : here.layer];
    if (grid && (!inputs || grid.shape[0] === here.units)) {
      const ends = inputs ? ownEnds(grid) : commonEnds(grid);
      if (grid.shape.length === 2)
        return (pen, unit, x, y, size) => trace(pen, grid, unit, ends(unit), [x, y, size]);
      atlas.fill(grid, ends, () => diverging(), key);
      return (pen, unit, x, y, size) => unit < grid.shape[0]! && atlas.draw(pen, unit, x, y, size);
    }
    return null;
  }

  private drawNotes(pen: Pen, { columns }: Structure, { xs, ys, size }: Geometry): void {
    pen.fillStyle = css("ink-soft");
    pen.font = "12px 'Inter Variable', sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "top";
    columns.forEach(({ units, shown, kind }, i) => {
      const under = (ys[i]!.at(-1) ?? 0) + size / 2 + 8;
      if (shown === units || (kind === "inputs" && shown === 1)) return; // one box stands for a picture
      pen.fillText(`${units} ${kind === "inputs" ? "inputs" : "units"}: ${shown} shown`, xs[i]!, under);
    });
  }

  private drawPlace(pen: Pen, geometry: Geometry, at: Place): void {
    const unit = [acrossOf(geometry, at.column, at.unit), geometry.ys[at.column]![at.unit]!] as const;
    const [x, y] = at.kind === "bias" ? markAt(geometry, at.column, at.unit) : unit;
    const side = (at.kind === "bias" ? MARK : geometry.size) + 4;
    pen.strokeStyle = css("ink");
    pen.lineWidth = 2;
    pen.strokeRect(x - side / 2, y - side / 2, side, side);
  }

  private drawWeight(pen: Pen, geometry: Geometry, column: number, unit: number, from: number): void {
    const value = this.lines[column]?.value(unit, from) ?? 0;
    const strokes = [
      ["paper", 7],
      ["ink", 5],
      [value < 0 ? "class-0" : "class-1", 3],
    ] as const;
    for (const [colour, width] of strokes) {
      pen.strokeStyle = css(colour);
      pen.lineWidth = width;
      pen.beginPath();
      line(pen, geometry, column, unit, from);
      pen.stroke();
    }
  }
}

function surfaces(atlas: Atlas, { surface, task, target }: Shown, key: string) {
  const values = surface?.arrays.values;
  if (!values) return null;
  const flat = surface.arrays.grid_y === undefined;
  const units = task === "multiclass" ? values.shape[0]! : 1;
  const grid = kept(values, [units, ...values.shape.slice(-(flat ? 1 : 2))]);
  const [middle, reach] = task === "regression" ? target : task === "binary" ? [0.5, 0.5] : [0.5, 0.5];
  if (flat)
    return (pen: Pen, unit: number, x: number, y: number, size: number) =>
      trace(pen, grid, unit, [-middle - reach, middle + reach], [x, y, size]);
  const ramp = task === "multiclass" ? (unit: number) => rising(classToken(unit)) : () => diverging();
  atlas.fill(grid, () => [middle - reach, middle + reach], ramp, `${key} ${middle} ${reach}`);
  return (pen: Pen, unit: number, x: number, y: number, size: number) => atlas.draw(pen, unit, x, y, size);
}

// the first layer's weights look like the picture that each unit looks for
function pixels(atlas: Atlas, { picture, columns }: Structure, weights: Measured | undefined, key: string) {
  const grid = weights?.arrays[`values/${columns[1]!.weight}`];
  if (!picture || !grid) return null;
  const reach = reachOf(grid);
  atlas.fill(
    kept(grid, [grid.shape[0]!, ...picture]),
    () => [-reach, reach],
    () => diverging(),
    key,
    true,
  );
  return (pen: Pen, unit: number, x: number, y: number, size: number) =>
    atlas.draw(pen, unit, x, y, size, false);
}

const shaped = new WeakMap<Grid, Grid>();

// the same grid object for the same array, or an atlas could not know that nothing is new
function kept(of: Grid, shape: number[]): Grid {
  const grid = shaped.get(of) ?? { ...of, shape };
  shaped.set(of, grid);
  return grid;
}

// units of a layer answer in one unit, so their sizes can be compared; inputs have each its own
function commonEnds(grid: Grid): (unit: number) => Ends {
  const reach = reachOf(grid);
  return () => [-reach, reach];
}

function ownEnds(grid: Grid): (unit: number) => Ends {
  const all = Array.from({ length: grid.shape[0]! }, (_, unit) => endsOf(valuesOf(grid, unit)));
  return (unit) => all[unit] ?? [-1, 1];
}

function labels(pen: Pen, column: Column, geometry: Geometry, at: number): void {
  const { ys, size, longest } = geometry;
  const left = column.kind === "inputs";
  const under = below(column);
  pen.fillStyle = css("ink");
  pen.font = "12px 'Inter Variable', sans-serif";
  pen.textAlign = under ? "center" : left ? "right" : "left";
  pen.textBaseline = under ? "top" : "middle";
  for (const [unit, name] of column.labels.entries()) {
    const [x, y] = [acrossOf(geometry, at, unit), ys[at]![unit]!];
    if (under) named(pen, name, x, y + size / 2 + 8);
    else pen.fillText(brief(name, longest), left ? x - size / 2 - 8 : x + size / 2 + 8, y);
  }
}

// lines pass there
function named(pen: Pen, name: string, x: number, y: number): void {
  pen.strokeStyle = css("paper");
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.strokeText(name, x, y, 104);
  pen.fillText(name, x, y, 104);
}
