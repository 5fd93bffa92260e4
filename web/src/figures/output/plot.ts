/** Draws the output's plot: surface or curve, points, crosses, axes, a cursor. Knows no element and sends nothing. */
import type { Measured } from "../../generated/wire";
import { css, token } from "../../look/colour";
import { type Ends, endsOf, reachOf, valuesOf } from "../network/maps";
import { drawAxes } from "./axes";
import { drawCurves } from "./curves";
import type { Field } from "./field";
import { type Frame, limitsOf, pixelX, pixelY } from "./frame";
import {
  type Count,
  classColour,
  crossErrors,
  drawRows,
  judgedAsSaid,
  judgedOnSurface,
  placesOf,
  type Rows,
  radiusFor,
  rowsOf,
} from "./points";
import { diverging, stepOf } from "./ramp";
import { drawBoundary, Surface } from "./surface";
import type { Large } from "./unit";

/** What a plot shows. */
export interface View {
  readonly field: Field | null;
  /** A unit's map to be shown instead. */
  readonly unit: Large | null;
  readonly data: Measured | undefined;
  /** What the model says of each row, where its place does not decide it. */
  readonly said: Measured | undefined;
  readonly task: string;
  readonly columns: readonly number[];
  readonly names: readonly [string, string];
  readonly discrete: boolean;
  readonly withTest: boolean;
  /** Whether the surface is over all that the model sees: else a point's place does not decide what is said of it. */
  readonly whole: boolean;
  /** A regression's value in the target's own unit. */
  readonly unscaled: (value: number) => number;
  /** Place of the grid that is read: row and column. */
  readonly cursor: readonly [number, number] | null;
}

type Pen = CanvasRenderingContext2D;
type Limits = readonly [number, number];

const LEFT = 56;
const BOTTOM = 40;
const MARGIN = 8;

export class Plot {
  frame: Frame | null = null;
  private readonly surface = new Surface();
  private readonly layer = document.createElement("canvas");
  private layerKey = "";
  private layerOf: Measured | undefined;
  private layerSays: Measured | undefined;
  private places: Float32Array[] = [];
  /** What the ends of a regression's scale stand for, in the target's own unit. */
  get shownLimits(): Limits {
    return this.limits?.targets ?? [0, 1];
  }

  private limits: { of: Measured | undefined; targets: Limits } | null = null;

  /** Returns how the rows that are shown were said; null where none is judged. */
  draw(pen: Pen, width: number, height: number, view: View): Count | null {
    const ratio = devicePixelRatio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const rows = rowsOf(view.data, view.columns, view.said, view.withTest);
    const targets = this.targets(view);
    const frame = frameOf(view, rows, targets, width, height);
    this.frame = frame;
    const flat = flatOf(view);
    if (view.unit && !flat) this.unitMap(pen, frame, view.unit, view.field);
    else if (view.field && !flat) this.plane(pen, frame, view, view.field, targets);
    const count = this.points(pen, frame, view, rows, targets, width, height);
    if (view.field && flat) clipped(pen, frame, () => drawCurves(pen, frame, view.field!, view.unscaled));
    drawAxes(pen, frame, view.names);
    if (view.cursor && view.field) cross(pen, frame, view.field, view.cursor);
    return count;
  }

  private plane(pen: Pen, frame: Frame, view: View, field: Field, targets: Limits): void {
    const scaled = field.task === "regression" ? inverse(targets, view.unscaled) : ([0, 1] as const);
    this.surface.draw(pen, frame, field, ...scaled, view.discrete);
    if (field.task !== "regression") clipped(pen, frame, () => drawBoundary(pen, frame, field));
  }

  private unitMap(pen: Pen, frame: Frame, { grid, unit, input }: Large, field: Field | null): void {
    const [, rows = 1, columns = 1] = grid.shape;
    const values = valuesOf(grid, unit);
    const reach = reachOf({ ...grid, data: values });
    const [low, high]: Ends = input ? endsOf(values) : [-reach, reach];
    const as = {
      task: "regression",
      xs: field?.xs ?? values,
      ys: field?.ys ?? null,
      values,
      classes: 1,
      rows,
      columns,
    } as const;
    this.surface.draw(pen, frame, as, low, high, false);
  }

  // points change seldom: they are drawn once, and laid over each surface
  private points(
    pen: Pen,
    frame: Frame,
    view: View,
    rows: Rows[],
    targets: Limits,
    width: number,
    height: number,
  ): Count | null {
    const key = [
      width,
      height,
      devicePixelRatio,
      view.columns,
      view.withTest,
      frame.x,
      frame.y,
      token("paper"),
      view.task,
    ].join();
    if (key !== this.layerKey || view.data !== this.layerOf || view.said !== this.layerSays) {
      this.layerKey = key;
      this.layerOf = view.data;
      this.layerSays = view.said;
      this.paint(frame, view, rows, targets, width, height);
    }
    pen.drawImage(this.layer, 0, 0, width, height);
    if (view.task === "regression" || view.unit) return null;
    const { field, whole } = view;
    const radius = radiusFor(count(rows));
    const judges = rows.map((side) => (whole ? field && judgedOnSurface(side, field) : judgedAsSaid(side)));
    if (!judges.length || judges.includes(null)) return null;
    const found = { rows: 0, wrong: 0, undecided: 0 };
    for (const [i, judge] of judges.entries()) crossErrors(pen, this.places[i]!, judge!, radius, found);
    return found;
  }

  private paint(
    frame: Frame,
    view: View,
    rows: Rows[],
    targets: Limits,
    width: number,
    height: number,
  ): void {
    const { layer } = this;
    [layer.width, layer.height] = [width * devicePixelRatio, height * devicePixelRatio];
    const pen = layer.getContext("2d")!;
    pen.scale(devicePixelRatio, devicePixelRatio);
    const flat = flatOf(view);
    this.places = rows.map((side) => placesOf(side, frame, flat));
    const radius = radiusFor(count(rows));
    clipped(
      pen,
      {
        ...frame,
        left: frame.left - 4,
        width: frame.width + 8,
        top: frame.top - 4,
        height: frame.height + 8,
      },
      () =>
        rows.forEach((side, i) => {
          const colour = colours(view.task, side, targets, flat);
          // on a regression's surface a value near the middle would vanish in paper
          drawRows(
            pen,
            this.places[i]!,
            radius,
            side.ringed,
            colour,
            view.task === "regression" ? css("ink", 0.5) : css("paper"),
          );
        }),
    );
  }

  private targets(view: View): Limits {
    if (view.task !== "regression") return [0, 1];
    if (this.limits?.of !== view.data || !this.limits) {
      const given = view.data?.arrays.train_targets;
      this.limits = { of: view.data, targets: limitsOf(given?.data ?? []) };
    }
    return this.limits.targets;
  }
}

function flatOf({ field, data }: View): boolean {
  return field ? field.ys === null : data?.arrays.train_raw?.shape[1] === 1;
}

function frameOf(view: View, rows: readonly Rows[], targets: Limits, width: number, height: number): Frame {
  const { field } = view;
  const x = field ? ends(field.xs) : range(rows, "across");
  const y = flatOf(view) ? upright(view.task, targets) : field?.ys ? ends(field.ys) : range(rows, "up");
  return { left: LEFT, top: MARGIN, width: width - LEFT - MARGIN, height: height - BOTTOM - MARGIN, x, y };
}

function upright(task: string, [low, high]: Limits): Limits {
  const edge = (task === "regression" ? 0.15 : 0.06) * (high - low);
  return [low - edge, high + edge];
}

function ends(places: ArrayLike<number>): Limits {
  return [places[0]!, places[places.length - 1]!];
}

function range(rows: readonly Rows[], axis: "across" | "up"): Limits {
  const [first] = rows;
  if (!first) return [-1, 1];
  const [low, high] = limitsOf(first.raw.data, first.raw.shape[1] ?? 1, first[axis]);
  const edge = 0.06 * (high - low);
  return [low - edge, high + edge];
}

function colours(task: string, side: Rows, [low, high]: Limits, flat: boolean): (row: number) => string {
  const { data } = side.said ?? side.targets;
  // a class of −1 is none: the model put out what is no number
  if (task !== "regression") return (row) => (data[row]! < 0 ? css("ink-soft") : classColour(data[row]!));
  if (flat) return () => css("ink-soft");
  const ramp = diverging();
  return (row) => {
    const colour = ramp[stepOf(data[row]!, low, high)]!;
    return `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
  };
}

// limits in the target's unit as the model sees them: `unscaled` is a straight line
function inverse([low, high]: Limits, unscaled: (value: number) => number): Limits {
  const [zero, one] = [unscaled(0), unscaled(1)];
  return [(low - zero) / (one - zero), (high - zero) / (one - zero)];
}

function count(rows: readonly Rows[]): number {
  return rows.reduce((all, side) => all + side.targets.data.length, 0);
}

function clipped(pen: Pen, frame: Frame, draw: () => void): void {
  pen.save();
  pen.beginPath();
  pen.rect(frame.left, frame.top, frame.width, frame.height);
  pen.clip();
  draw();
  pen.restore();
}

function cross(pen: Pen, frame: Frame, field: Field, [row, column]: readonly [number, number]): void {
  const x = pixelX(frame, field.xs[column]!);
  const y = field.ys ? pixelY(frame, field.ys[row]!) : null;
  pen.fillStyle = css("ink", 0.5);
  pen.fillRect(Math.round(x), frame.top, 1, frame.height);
  if (y !== null) pen.fillRect(frame.left, Math.round(y), frame.width, 1);
}
