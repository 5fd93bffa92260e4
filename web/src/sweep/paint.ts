/** Draws one tile: the surface with its rows laid faintly over it, or the loss as a curve. Knows no element. */
import { drawCurves } from "../figures/output/curves";
import type { Field } from "../figures/output/field";
import { type Frame, pixelX, pixelY } from "../figures/output/frame";
import { classColour, drawRows, placesOf } from "../figures/output/points";
import { diverging, stepOf } from "../figures/output/ramp";
import { drawBoundary, Surface } from "../figures/output/surface";
import { css, token } from "../look/colour";
import type { Look, Shown } from "./shown";
import type { TileData } from "./tiling";

type Pen = CanvasRenderingContext2D;

const FAINT = 0.45;
const RADIUS = 1.75;
const SMALL = { side: 110, radius: 1 }; // on smaller tiles points would be all there is
const EDGE = 0.1; // of a curve's range, left free above and below it

/** One for all tiles of a grid: pictures in between are made once and used again. */
export class Painter {
  private readonly surface = new Surface();
  private readonly layers = new Map<TileData, HTMLCanvasElement>();
  private layersFor = "";
  private targets: readonly [number, number] = [0, 1];

  draw(pen: Pen, width: number, height: number, look: Look, shown: Shown): void {
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.targets = shown.targets;
    if (look.field?.ys) this.plane(pen, width, height, look.field, look.data!, shown);
    else if (look.field) this.line(pen, width, height, look.field, look.data!, shown);
    else drawLoss(pen, width, height, look, shown.losses);
  }

  private plane(pen: Pen, width: number, height: number, field: Field, data: TileData, shown: Shown): void {
    const frame = frameOf(field, width, height, [field.ys![0]!, field.ys!.at(-1)!]);
    const limits = field.task === "regression" ? scaled(shown.targets, data) : ([0, 1] as const);
    this.surface.draw(pen, frame, field, ...limits, false);
    if (field.task !== "regression") drawBoundary(pen, frame, field);
    pen.drawImage(this.rows(data, frame, false), 0, 0, width, height);
  }

  private line(pen: Pen, width: number, height: number, field: Field, data: TileData, shown: Shown): void {
    const [low, high] = field.task === "regression" ? shown.targets : [0, 1];
    const edge = EDGE * (high - low);
    const frame = frameOf(field, width, height, [low - edge, high + edge]);
    pen.drawImage(this.rows(data, frame, true), 0, 0, width, height);
    drawCurves(pen, frame, field, (value) => value * data.scale + data.center);
  }

  // rows never change while it trains, and tiles of the same data share their picture
  private rows(data: TileData, frame: Frame, flat: boolean): HTMLCanvasElement {
    const key = `${frame.width} ${frame.height} ${devicePixelRatio} ${token("paper")}`;
    if (key !== this.layersFor) this.layers.clear();
    this.layersFor = key;
    const known = this.layers.get(data);
    if (known) return known;
    const layer = document.createElement("canvas");
    [layer.width, layer.height] = [frame.width * devicePixelRatio, frame.height * devicePixelRatio];
    const pen = layer.getContext("2d")!;
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.globalAlpha = FAINT;
    for (const side of ["train", "test"]) this.side(pen, data, side, frame, flat);
    this.layers.set(data, layer);
    return layer;
  }

  private colour(data: TileData, target: number, flat: boolean): string {
    if (data.task !== "regression") return classColour(target);
    if (flat) return css("ink-soft");
    const rgba = diverging()[stepOf(target, ...this.targets)]!;
    return `rgb(${rgba & 255} ${(rgba >> 8) & 255} ${(rgba >> 16) & 255})`;
  }

  private side(pen: Pen, data: TileData, side: string, frame: Frame, flat: boolean): void {
    const [raw, targets] = [data.arrays[`${side}_raw`], data.arrays[`${side}_targets`]];
    if (!raw || !targets?.data.length) return;
    const ringed = side === "test";
    const places = placesOf({ raw, across: 0, up: 1, targets, said: null, ringed }, frame, flat);
    const colour = (row: number) => this.colour(data, targets.data[row]!, flat);
    drawRows(pen, places, frame.width < SMALL.side ? SMALL.radius : RADIUS, ringed, colour);
  }
}

function frameOf({ xs }: Field, width: number, height: number, y: readonly [number, number]): Frame {
  return { left: 0, top: 0, width, height, x: [xs[0]!, xs[xs.length - 1]!], y };
}

// the ends in the target's unit as the model sees them
function scaled(
  [low, high]: readonly [number, number],
  { center, scale }: TileData,
): readonly [number, number] {
  return [(low - center) / scale, (high - center) / scale];
}

/** Train solid, test dashed; all tiles have the same scales, the losses a logarithmic one. */
function drawLoss(
  pen: Pen,
  width: number,
  height: number,
  { curve, steps }: Look,
  [low, high]: readonly [number, number],
): void {
  const [from, to] = [Math.log(low), Math.log(high)];
  const edge = EDGE * (to - from);
  const last = Math.max(steps, curve.steps.at(-1) ?? 0, 1);
  const frame: Frame = { left: 0, top: 0, width, height, x: [0, last], y: [from - edge, to + edge] };
  pen.strokeStyle = css("loss");
  pen.lineWidth = 1.5;
  for (const [values, dashes] of [
    [curve.train, []],
    [curve.test, [4, 3]],
  ] as const) {
    pen.setLineDash([...dashes]);
    pen.beginPath();
    let open = false;
    values.forEach((value, i) => {
      const fine = value > 0 && Number.isFinite(value);
      const place = [pixelX(frame, curve.steps[i]!), pixelY(frame, Math.log(value))] as const;
      if (fine && open) pen.lineTo(...place);
      else if (fine) pen.moveTo(...place);
      open = fine;
    });
    pen.stroke();
  }
  pen.setLineDash([]);
}
