/** A line chart as shapes, for a file: the same lines, axes and marks as on the page. Knows no page. */
import { type ChartSpec, columns, type Line, newest } from "./lines";
import { extent, place, type Range, ticks, tickText } from "./scale";
import type { Picture, Point, Shape } from "./shapes";

/** Colours of a picture; `line` and `name` give those of a line and of its label. */
export interface Ink {
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly paper: string;
  readonly band: string;
  readonly line: (line: Line) => string;
  readonly name: (line: Line) => string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const BOX = { left: 64, right: 132, top: 40, bottom: 44 };

export function picture(
  spec: ChartSpec,
  steps: Range,
  log: boolean,
  { width, height }: Size,
  ink: Ink,
): Picture {
  const data = columns(spec.lines, steps, log, 2 * width);
  const values = valueRange(data.slice(1) as (number | null | undefined)[][], log);
  const x = (step: number) => BOX.left + place(step, steps) * (width - BOX.left - BOX.right);
  const y = (value: number) =>
    height - BOX.bottom - place(value, values, log) * (height - BOX.top - BOX.bottom);
  const inside = (step: number) => step >= steps[0] && step <= steps[1];
  const shapes: Shape[] = [
    { kind: "rect", x: 0, y: 0, width, height, fill: ink.paper },
    { kind: "text", x: BOX.left, y: 20, text: spec.title, fill: ink.ink, size: 14, bold: true },
    { kind: "text", x: BOX.left, y: 34, text: spec.unit, fill: ink.soft },
    ...band(spec, values, y, width, ink),
    ...axes(steps, values, log, x, y, { width, height }, ink),
  ];
  for (const { step, text } of (spec.marks ?? []).filter((mark) => inside(mark.step)))
    shapes.push(upright(x(step), height, ink.soft), {
      kind: "text",
      x: x(step) + 4,
      y: height - BOX.bottom - 6,
      text: `▲ ${text}`,
      fill: ink.soft,
    });
  spec.lines.forEach((line, i) => {
    const points = (data[i + 1] as (number | null | undefined)[])
      .map((value, at): Point | null | undefined =>
        value == null ? (value as null | undefined) : [x(data[0][at]!), y(value)],
      )
      .filter((point): point is Point | null => point !== undefined)
      .filter((point) => point === null || (point[0] >= BOX.left - 1 && point[0] <= width - BOX.right + 1));
    if (line.dots) shapes.push(...points.flatMap((point) => (point ? [dot(point, ink.line(line))] : [])));
    else
      shapes.push({
        kind: "line",
        points,
        stroke: ink.line(line),
        width: 1.5,
        ...(line.dashed ? { dash: [6, 4] } : {}),
      });
  });
  return {
    width,
    height,
    shapes: [...shapes, ...labels(spec.lines, data.slice(1) as (number | null)[][], y, width, ink)],
  };
}

/** The range of the values in the columns. */
export function valueRange(values: readonly (readonly (number | null | undefined)[])[], log: boolean): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of values)
    for (const value of column)
      if (value !== null && value !== undefined) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return extent(low, high, log);
}

function axes(
  steps: Range,
  values: Range,
  log: boolean,
  x: Along,
  y: Along,
  { width, height }: Size,
  ink: Ink,
): Shape[] {
  const bottom = height - BOX.bottom;
  const across = ticks(values, Math.max(2, (height - BOX.top - BOX.bottom) / 40), log).flatMap(
    (tick): Shape[] => [
      {
        kind: "line",
        points: [
          [BOX.left, y(tick)],
          [width - BOX.right, y(tick)],
        ],
        stroke: ink.rule,
      },
      {
        kind: "text",
        x: BOX.left - 8,
        y: y(tick) + 4,
        text: tickText(tick),
        fill: ink.soft,
        anchor: "end",
        mono: true,
      },
    ],
  );
  const along = ticks(steps, Math.max(2, (width - BOX.left - BOX.right) / 90)).map(
    (tick): Shape => ({
      kind: "text",
      x: x(tick),
      y: bottom + 18,
      text: tickText(tick),
      fill: ink.soft,
      anchor: "middle",
      mono: true,
    }),
  );
  const name: Shape = {
    kind: "text",
    x: width - BOX.right,
    y: bottom + 36,
    text: "step",
    fill: ink.soft,
    anchor: "end",
  };
  return [...across, ...along, name];
}

function band({ guide }: ChartSpec, values: Range, y: Along, width: number, ink: Ink): Shape[] {
  if (!guide || guide.high < values[0] || guide.low > values[1]) return [];
  const [top, bottom] = [y(Math.min(guide.high, values[1])), y(Math.max(guide.low, values[0]))];
  return [
    {
      kind: "rect",
      x: BOX.left,
      y: top,
      width: width - BOX.left - BOX.right,
      height: bottom - top,
      fill: ink.band,
    },
    { kind: "text", x: BOX.left + 4, y: bottom - 5, text: guide.label, fill: ink.soft },
  ];
}

const dot = ([x, y]: Point, fill: string): Shape => ({
  kind: "rect",
  x: x - 2,
  y: y - 2,
  width: 4,
  height: 4,
  fill,
});

type Along = (value: number) => number;

const upright = (x: number, height: number, stroke: string): Shape => ({
  kind: "line",
  points: [
    [x, BOX.top],
    [x, height - BOX.bottom],
  ],
  stroke,
  dash: [2, 3],
});

function labels(
  lines: readonly Line[],
  values: readonly (readonly (number | null | undefined)[])[],
  y: Along,
  width: number,
  ink: Ink,
): Shape[] {
  const ends = lines.flatMap((line, i) => {
    const last = newest(values[i]!);
    return last === undefined ? [] : [{ line, at: y(last) }];
  });
  const spread = apart(
    ends.map((end) => end.at),
    14,
  );
  return ends.map(({ line }, i) => ({
    kind: "text",
    x: width - BOX.right + 6,
    y: spread[i]! + 4,
    text: line.label,
    fill: ink.name(line),
  }));
}

/** Positions moved as little as makes them at least `gap` apart, in the order given. */
export function apart(positions: readonly number[], gap: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]!);
  const moved = [...positions];
  for (let round = 0; round < 20; round++) {
    let still = true;
    for (let k = 1; k < order.length; k++) {
      const [above, below] = [order[k - 1]!, order[k]!];
      const short = gap - (moved[below]! - moved[above]!);
      if (short <= 1e-6) continue;
      moved[above]! -= short / 2;
      moved[below]! += short / 2;
      still = false;
    }
    if (still) break;
  }
  return moved;
}
