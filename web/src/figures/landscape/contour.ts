/** The landscape from above: shades, lines of equal loss, the path. Draws in the colours of the page. */
import { css, mix, type Rgb, token } from "../../look/colour";
import { tickText } from "../chart/scale";
import { type Picture, type Point, paint, type Shape } from "../chart/shapes";
import { isoline } from "./isolines";
import { relief, type Terrain } from "./terrain";

const LEVELS = 12;
const BOX = { left: 56, right: 12, top: 8, bottom: 40 };

/** Shade of a height between 0 and 1: paper in the valley, the loss's colour on the heights. */
export const shade = (height: number): Rgb => mix(token("paper"), token("loss"), 0.85 * height);

/** On the page: shades as an image, the rest as shapes over it. */
export function paintContour(
  pen: CanvasRenderingContext2D,
  known: Terrain,
  width: number,
  height: number,
): void {
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = true;
  const { x, y, wide, tall } = frame(known, width, height);
  pen.save();
  pen.beginPath();
  pen.rect(x(known.across[0]!), y(known.up.at(-1)!), wide, tall);
  pen.clip();
  // the centres of the outermost cells stand on the frame, so the image is half a cell larger on each side
  const [cellX, cellY] = [wide / (known.columns - 1), tall / (known.rows - 1)];
  const [left, top] = [x(known.across[0]!) - cellX / 2, y(known.up.at(-1)!) - cellY / 2];
  pen.drawImage(image(known), left, top, wide + cellX, tall + cellY);
  pen.restore();
  paint(pen, { width, height, shapes: over(known, width, height) });
}

/** For a file: the same, shades as rectangles. */
export function contourPicture(known: Terrain, width: number, height: number): Picture {
  const { x, y, wide, tall } = frame(known, width, height);
  const heights = relief(known);
  const [cellX, cellY] = [wide / known.columns, tall / known.rows];
  const [left, top] = [x(known.across[0]!), y(known.up.at(-1)!)];
  const ground: Shape = { kind: "rect", x: 0, y: 0, width, height, fill: css("paper") };
  const cells = Array.from(heights, (value, i): Shape => {
    const [r, c] = [Math.floor(i / known.columns), i % known.columns];
    const [red, green, blue] = shade(value).map(Math.round);
    const place = { x: left + c * cellX, y: top + (known.rows - 1 - r) * cellY };
    return {
      kind: "rect",
      ...place,
      width: cellX + 0.5,
      height: cellY + 0.5,
      fill: `rgb(${red} ${green} ${blue})`,
    };
  });
  return { width, height, shapes: [ground, ...cells, ...over(known, width, height)] };
}

function image(known: Terrain): HTMLCanvasElement {
  const { rows, columns } = known;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const pen = canvas.getContext("2d")!;
  const data = pen.createImageData(columns, rows);
  relief(known).forEach((height, i) => {
    const at = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns)); // up is up
    data.data.set([...shade(height), 255], at);
  });
  pen.putImageData(data, 0, 0);
  return canvas;
}

function frame({ across, up }: Terrain, width: number, height: number) {
  const [wide, tall] = [width - BOX.left - BOX.right, height - BOX.top - BOX.bottom];
  const share = (value: number, axis: readonly number[]) =>
    (value - axis[0]!) / (axis.at(-1)! - axis[0]! || 1);
  return {
    wide,
    tall,
    x: (value: number) => BOX.left + share(value, across) * wide,
    y: (value: number) => BOX.top + (1 - share(value, up)) * tall,
  };
}

function over(known: Terrain, width: number, height: number): Shape[] {
  return [...lines(known, width, height), ...path(known, width, height), ...axes(known, width, height)];
}

function lines(known: Terrain, width: number, height: number): Shape[] {
  const { wide, tall } = frame(known, width, height);
  const heights = relief(known);
  const { rows, columns } = known;
  const at = (c: number, r: number): Point => [
    BOX.left + (c / (columns - 1)) * wide,
    BOX.top + (1 - r / (rows - 1)) * tall,
  ];
  return Array.from({ length: LEVELS }, (_, i): Shape => {
    const segments = isoline(heights, rows, columns, (i + 1) / (LEVELS + 1));
    const points = segments.flatMap(([x1, y1, x2, y2]): (Point | null)[] => [at(x1, y1), at(x2, y2), null]);
    return { kind: "line", points, stroke: css("ink", 0.3), width: 0.75 };
  });
}

function path(known: Terrain, width: number, height: number): Shape[] {
  const { x, y } = frame(known, width, height);
  const points = known.path.map(([a, b]): Point => [x(a), y(b)]);
  if (!points.length) return [];
  return [
    { kind: "line", points, stroke: css("paper"), width: 4 },
    { kind: "line", points, stroke: css("step"), width: 2 },
    ...dot(points[0]!, false),
    ...dot(points[points.length - 1]!, true),
  ];
}

function dot([x, y]: Point, filled: boolean): Shape[] {
  const circle = Array.from({ length: 17 }, (_, i): Point => {
    const angle = (i * Math.PI) / 8;
    return [x + 4 * Math.cos(angle), y + 4 * Math.sin(angle)];
  });
  const fill: Shape[] = filled
    ? [
        {
          kind: "line",
          points: [
            [x - 0.01, y],
            [x, y],
          ],
          stroke: css("ink"),
          width: 1,
        },
      ]
    : [];
  const inner = filled
    ? [1, 2, 3].map(
        (r): Shape => ({
          kind: "line",
          points: circle.map(([cx, cy]): Point => [x + ((cx - x) * r) / 4, y + ((cy - y) * r) / 4]),
          stroke: css("ink"),
          width: 1.5,
        }),
      )
    : [];
  return [...fill, ...inner, { kind: "line", points: circle, stroke: css("ink"), width: 1.5 }];
}

function axes(known: Terrain, width: number, height: number): Shape[] {
  const bottom = height - BOX.bottom;
  const text = { kind: "text", size: 12, fill: css("ink-soft") } as const;
  const [a, b] = [known.across, known.up];
  const end = (value: number) => tickText(Number(value.toPrecision(2)));
  return [
    { ...text, x: BOX.left, y: bottom + 16, text: end(a[0]!), mono: true },
    { ...text, x: width - BOX.right, y: bottom + 16, text: end(a.at(-1)!), anchor: "end", mono: true },
    {
      ...text,
      x: BOX.left + (width - BOX.left - BOX.right) / 2,
      y: bottom + 16,
      text: known.names[0],
      anchor: "middle",
    },
    { ...text, x: BOX.left - 6, y: BOX.top + 12, text: end(b.at(-1)!), anchor: "end", mono: true },
    { ...text, x: BOX.left - 6, y: bottom, text: end(b[0]!), anchor: "end", mono: true },
    { ...text, x: BOX.left, y: height - 4, text: `up: ${known.names[1]}` },
  ];
}
