/** Axes of the plot: ticks, numbers, names. Knows no data. */
import { css } from "../../look/colour";
import { type Frame, pixelX, pixelY, ticks } from "./frame";

const FONT = "12px 'JetBrains Mono Variable', monospace";
const WORDS = "12px 'Inter Variable', sans-serif";

export function drawAxes(
  pen: CanvasRenderingContext2D,
  frame: Frame,
  names: readonly [string, string],
): void {
  const { left, top, width, height } = frame;
  pen.strokeStyle = css("rule");
  pen.lineWidth = 1;
  pen.strokeRect(
    Math.round(left) - 0.5,
    Math.round(top) - 0.5,
    Math.round(width) + 1,
    Math.round(height) + 1,
  );
  pen.fillStyle = css("ink-soft");
  pen.font = FONT;
  pen.textBaseline = "top";
  pen.textAlign = "center";
  for (const value of ticks(...frame.x, Math.max(2, width / 80))) {
    const x = pixelX(frame, value);
    pen.fillRect(Math.round(x), top + height, 1, 4);
    pen.fillText(label(value), x, top + height + 6);
  }
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of ticks(...frame.y, Math.max(4, height / 60))) {
    const y = pixelY(frame, value);
    pen.fillRect(left - 4, Math.round(y), 4, 1);
    pen.fillText(label(value), left - 6, y);
  }
  words(pen, frame, names);
}

function words(
  pen: CanvasRenderingContext2D,
  { left, top, width, height }: Frame,
  [x, y]: readonly [string, string],
): void {
  pen.fillStyle = css("ink");
  pen.font = WORDS;
  pen.textAlign = "center";
  pen.textBaseline = "top";
  pen.fillText(x, left + width / 2, top + height + 22);
  pen.save();
  pen.translate(6, top + height / 2);
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = "middle";
  pen.fillText(y, 0, 0);
  pen.restore();
}

function label(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size >= 1e5 || size < 1e-3) ? size.toExponential(0).replace("e+", "e") : String(size);
  return (value < 0 ? "−" : "") + text;
}
