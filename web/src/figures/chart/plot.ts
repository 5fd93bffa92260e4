/** uPlot with our scales, axes and pens. The only file that knows how uPlot is told. */
import uPlot from "uplot";
import { css } from "../../look/colour";
import type { ChartSpec } from "./lines";
import { over, under } from "./overlay";
import type { Size } from "./picture";
import { extent, type Range, ticks, tickText } from "./scale";
import { FONTS } from "./shapes";
import { strokeOf } from "./stroke";

export interface PlotHost {
  readonly spec: ChartSpec;
  readonly log: boolean;
  /** The steps to show. */
  readonly steps: Range;
  zoom(steps: Range | null): void;
  /** The step under the pointer, or none. */
  read(step: number | null): void;
}

export function makePlot(host: PlotHost, target: HTMLElement, { width, height }: Size): uPlot {
  const named = host.spec.lines.length <= 6 && width > 420;
  const back = () => {
    host.zoom(null);
    return null;
  };
  const options: uPlot.Options = {
    width,
    height,
    legend: { show: false },
    padding: [8, named ? nameRoom(host.spec) : 12, 0, 0],
    scales: {
      x: { time: false, range: () => [...host.steps] },
      y: { distr: host.log ? 3 : 1, range: (_, low, high) => [...extent(low, high, host.log)] },
    },
    axes: [
      axis({ scale: "x", size: 32, every: 90 }, false),
      axis({ scale: "y", size: 60, every: 36 }, host.log),
    ],
    series: [{}, ...host.spec.lines.map((_, i) => lineOptions(host, i))],
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => back },
      points: { size: 6, width: 1, fill: (_, i) => strokeOf(host.spec.lines[i - 1]!) },
    },
    hooks: {
      drawClear: [(u) => under(u, host.spec)],
      draw: [(u) => over(u, host.spec)],
      setSelect: [(u) => selected(u, host)],
      setCursor: [(u) => host.read(u.cursor.idx == null ? null : u.data[0]![u.cursor.idx]!)],
    },
  };
  return new uPlot(options, [[], ...host.spec.lines.map(() => [])], target);
}

const nameRoom = ({ lines }: ChartSpec) => 14 + 7 * Math.max(4, ...lines.map((line) => line.label.length));

// colours are asked for at each drawing, so that a change of theme needs no new plot
function lineOptions(host: PlotHost, i: number): uPlot.Series {
  const line = host.spec.lines[i]!;
  return {
    label: line.label,
    stroke: () => strokeOf(host.spec.lines[i]!),
    width: 1 / devicePixelRatio, // wider than a pixel, a noisy line takes a processor forty times as long
    ...(line.dashed ? { dash: [6, 4] } : {}),
    ...(line.dots ? { paths: () => null } : {}),
    points: {
      show: (u) => line.dots || (u.data[i + 1] as unknown[]).length < 2,
      size: 4,
      width: 1,
      stroke: () => strokeOf(host.spec.lines[i]!),
      fill: () => strokeOf(host.spec.lines[i]!),
    },
  };
}

function axis(
  { scale, size, every }: { scale: string; size: number; every: number },
  log: boolean,
): uPlot.Axis {
  const rule = () => css("rule");
  return {
    scale,
    size,
    stroke: () => css("ink-soft"),
    font: `12px ${FONTS.mono}`,
    gap: 6,
    grid: { show: scale === "y", stroke: rule, width: 1 },
    ticks: { show: scale === "x", stroke: rule, width: 1, size: 4 },
    // uPlot's own end at 1e16, and what diverged had no axis; of those below 5 it wants to know the places
    incrs: (_, __, low, high) => [Math.max(5, high - low)],
    splits: (u, _, low, high) => {
      const length = scale === "x" ? u.width - 100 : u.height - 40; // the plot has no size yet when it is made
      const found = ticks([low, high], Math.max(2, length / every), scale === "y" && log);
      return scale === "x" ? found.filter(Number.isInteger) : found; // there is no half a step
    },
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map(tickText),
  };
}

function selected(plot: uPlot, host: PlotHost): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  const steps: Range = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (steps[1] - steps[0] >= 1) host.zoom(steps);
}
