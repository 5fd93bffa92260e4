/** What is drawn over the lines of a chart: guide, changes, the step shown, names at the lines' ends. */
import type uPlot from "uplot";
import { css } from "../../look/colour";
import { type ChartSpec, newest } from "./lines";
import { apart } from "./picture";
import { FONTS } from "./shapes";
import { nameOf } from "./stroke";

const NAMED = 6; // more names at the ends of lines would stand in each other's way

interface Frame {
  pen: CanvasRenderingContext2D;
  plot: uPlot;
  ratio: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function frame(plot: uPlot): Frame {
  const { left, top, width, height } = plot.bbox;
  const ratio = devicePixelRatio;
  const pen = plot.ctx;
  pen.font = `${12 * ratio}px ${FONTS.sans}`;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "left";
  return { pen, plot, ratio, left, right: left + width, top, bottom: top + height };
}

/** Behind the lines. */
export function under(plot: uPlot, spec: ChartSpec): void {
  const { guide } = spec;
  const { min, max } = plot.scales.y!;
  if (!guide || min == null || max == null || guide.high < min || guide.low > max) return;
  const { left, width } = plot.bbox;
  const top = plot.valToPos(Math.min(guide.high, max), "y", true);
  const bottom = plot.valToPos(Math.max(guide.low, min), "y", true);
  plot.ctx.fillStyle = css("step", 0.1);
  plot.ctx.fillRect(left, top, width, bottom - top);
}

function guide({ pen, plot, ratio, left, bottom }: Frame, { guide: band }: ChartSpec): void {
  const { min, max } = plot.scales.y!;
  if (!band || min == null || max == null || band.high < min || band.low > max) return;
  const low = Math.min(bottom, plot.valToPos(Math.max(band.low, min), "y", true));
  halo(pen, band.label, left + 6 * ratio, low - 5 * ratio, ratio, "ink-soft");
}

/** In front of the lines. */
export function over(plot: uPlot, spec: ChartSpec): void {
  plot.ctx.save(); // uPlot remembers its font instead of setting it anew
  const at = frame(plot);
  guide(at, spec);
  changes(at, spec);
  shown(at, spec);
  names(at, spec);
  at.pen.restore();
}

function changes({ pen, plot, ratio, left, right, top, bottom }: Frame, spec: ChartSpec): void {
  let free = left;
  for (const { step, text } of spec.marks ?? []) {
    const x = plot.valToPos(step, "x", true);
    if (x < left || x > right) continue;
    upright(pen, x, top, bottom, css("ink-soft", 0.6), ratio);
    pen.fillStyle = css("ink");
    pen.fillText("▲", x - 4 * ratio, bottom - 2 * ratio);
    const width = pen.measureText(text).width;
    const fits = x + 8 * ratio + width < right;
    const from = fits ? x + 8 * ratio : x - 8 * ratio - width;
    if (from < free) continue; // its words would lie on those before; the mark stays
    halo(pen, text, from, bottom - 4 * ratio, ratio);
    free = from + width + 8 * ratio;
  }
}

function shown({ pen, plot, ratio, left, right, top, bottom }: Frame, spec: ChartSpec): void {
  if (spec.shown === null || spec.shown === undefined) return;
  const x = plot.valToPos(spec.shown, "x", true);
  if (x < left || x > right) return;
  pen.setLineDash([]);
  upright(pen, x, top, bottom, css("ink"), ratio, []);
}

function names({ pen, plot, ratio, right, top, bottom }: Frame, spec: ChartSpec): void {
  const widest = Math.max(0, ...spec.lines.map(({ label }) => pen.measureText(label).width));
  if (spec.lines.length > NAMED || right + 6 * ratio + widest > pen.canvas.width) return; // the legend has them
  const ends = spec.lines.flatMap((line, i) => {
    const last = newest((plot.data[i + 1] ?? []) as (number | null | undefined)[]);
    return last === undefined ? [] : [{ line, y: plot.valToPos(last, "y", true) }];
  });
  const spread = apart(
    ends.map(({ y }) => y),
    14 * ratio,
  );
  const above = Math.max(0, top + 8 * ratio - Math.min(...spread)); // moved together, or they would lie on each other
  const below = Math.max(0, Math.max(...spread) + above - bottom);
  ends.forEach(({ line }, i) => {
    const y = spread[i]! + above - below + 4 * ratio;
    pen.fillStyle = nameOf(line);
    pen.fillText(line.label, right + 6 * ratio, y);
  });
}

function upright(
  pen: CanvasRenderingContext2D,
  x: number,
  top: number,
  bottom: number,
  stroke: string,
  ratio: number,
  dash = [2, 3],
): void {
  pen.strokeStyle = stroke;
  pen.lineWidth = ratio;
  pen.setLineDash(dash.map((length) => length * ratio));
  pen.beginPath();
  pen.moveTo(Math.round(x) + 0.5, top);
  pen.lineTo(Math.round(x) + 0.5, bottom);
  pen.stroke();
  pen.setLineDash([]);
}

function halo(
  pen: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  ratio: number,
  colour = "ink",
): void {
  pen.strokeStyle = css("paper");
  pen.lineWidth = 4 * ratio;
  pen.lineJoin = "round";
  pen.strokeText(text, x, y);
  pen.fillStyle = css(colour);
  pen.fillText(text, x, y);
}
