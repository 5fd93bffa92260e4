/** Lines, rectangles and words, to be painted on a canvas or written as SVG. Knows no data. */

export type Point = readonly [x: number, y: number];

export type Shape =
  | {
      kind: "line";
      points: readonly (Point | null)[]; // null: the pen is lifted
      stroke: string;
      width?: number;
      dash?: readonly number[];
    }
  | { kind: "rect"; x: number; y: number; width: number; height: number; fill: string }
  | {
      kind: "text";
      x: number;
      y: number;
      text: string;
      fill: string;
      size?: number;
      anchor?: "start" | "middle" | "end";
      bold?: boolean;
      mono?: boolean;
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export const FONTS = {
  sans: '"Inter Variable", system-ui, sans-serif',
  mono: '"JetBrains Mono Variable", monospace',
};

/** Paint on a canvas whose transform is in the picture's own units. */
export function paint(pen: CanvasRenderingContext2D, { shapes }: Picture): void {
  for (const shape of shapes) {
    if (shape.kind === "rect") {
      pen.fillStyle = shape.fill;
      pen.fillRect(shape.x, shape.y, shape.width, shape.height);
    } else if (shape.kind === "text") {
      pen.fillStyle = shape.fill;
      pen.font = `${shape.bold ? "600 " : ""}${shape.size ?? 12}px ${shape.mono ? FONTS.mono : FONTS.sans}`;
      pen.textAlign = shape.anchor === "middle" ? "center" : (shape.anchor ?? "start");
      pen.textBaseline = "alphabetic";
      pen.fillText(shape.text, shape.x, shape.y);
    } else stroke(pen, shape);
  }
}

function stroke(pen: CanvasRenderingContext2D, line: Extract<Shape, { kind: "line" }>): void {
  pen.strokeStyle = line.stroke;
  pen.lineWidth = line.width ?? 1;
  pen.setLineDash([...(line.dash ?? [])]);
  pen.lineJoin = "round";
  pen.beginPath();
  let down = false;
  for (const point of line.points) {
    if (point) down ? pen.lineTo(point[0], point[1]) : pen.moveTo(point[0], point[1]);
    down = point !== null;
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** The picture as an SVG document. */
export function svg({ width, height, shapes }: Picture): string {
  const body = shapes.map(element).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${body}\n</svg>\n`;
}

function element(shape: Shape): string {
  if (shape.kind === "rect")
    return `<rect x="${r(shape.x)}" y="${r(shape.y)}" width="${r(shape.width)}" height="${r(shape.height)}" fill="${plain(shape.fill)}"/>`;
  if (shape.kind === "text") {
    const family = escaped(shape.mono ? FONTS.mono : FONTS.sans);
    const weight = shape.bold ? ' font-weight="600"' : "";
    return `<text x="${r(shape.x)}" y="${r(shape.y)}" fill="${plain(shape.fill)}" font-size="${shape.size ?? 12}" font-family="${family}" text-anchor="${shape.anchor ?? "start"}"${weight}>${escaped(shape.text)}</text>`;
  }
  const dash = shape.dash ? ` stroke-dasharray="${shape.dash.join(" ")}"` : "";
  return `<path d="${path(shape.points)}" fill="none" stroke="${plain(shape.stroke)}" stroke-width="${shape.width ?? 1}" stroke-linejoin="round"${dash}/>`;
}

function path(points: readonly (Point | null)[]): string {
  let down = false;
  let text = "";
  for (const point of points) {
    if (point) text += `${down ? "L" : "M"}${r(point[0])} ${r(point[1])}`;
    down = point !== null;
  }
  return text;
}

/** `rgb(1 2 3 / 0.5)` as the hexadecimal that every drawing program reads. */
export function plain(colour: string): string {
  const [red, green, blue, alpha] = (/^rgb\(([^)]*)\)$/.exec(colour)?.[1]?.match(/[\d.]+/g) ?? []).map(
    Number,
  );
  if (blue === undefined) return colour;
  const bytes = [red!, green!, blue, ...(alpha === undefined || alpha === 1 ? [] : [alpha * 255])];
  return `#${bytes.map((byte) => Math.round(byte).toString(16).padStart(2, "0")).join("")}`;
}

const r = (value: number) => String(Math.round(value * 100) / 100);
const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
