/** Draws the timeline's bar: what is behind, the loss of each lane, the changes. Hears nothing. */
import type { Lane } from "../heard/heard";
import { css as colour } from "../look/colour";

const THUMB = 4; // of the scrubber, whose middle moves between half of it from either end
const TOP = 8; // room for the marks of changes

export function drawTrack(
  canvas: HTMLCanvasElement,
  [width, height]: readonly [number, number],
  lanes: readonly Lane[],
  head: number,
  step: number,
): void {
  const scale = devicePixelRatio;
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const pen = canvas.getContext("2d")!;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  const x = (at: number) => THUMB / 2 + (at / Math.max(1, head)) * (width - THUMB);
  pen.fillStyle = colour("pressed");
  pen.fillRect(0, TOP, x(step), height - TOP);
  pen.fillStyle = colour("rule");
  pen.fillRect(0, height - 1, width, 1);
  for (const lane of lanes) loss(pen, lane, x, height);
  for (const change of lanes[0]?.changes ?? []) mark(pen, x(change.step));
}

function loss(pen: CanvasRenderingContext2D, lane: Lane, x: (step: number) => number, height: number): void {
  const { steps, values } = lane.of("loss");
  const heights = places(values, TOP + 2, height - 3);
  pen.strokeStyle = colour("loss");
  pen.lineWidth = 1;
  pen.beginPath();
  for (let i = 0; i < steps.length; i++) pen.lineTo(x(steps[i]!), heights(values[i]!));
  pen.stroke();
}

/** By factors where all are positive, as a loss falls; evenly where not. What is no number stands at the top. */
export function places(values: readonly number[], top: number, bottom: number): (value: number) => number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const by = least > 0 ? Math.log : (value: number) => value;
  const [low, span] = [by(least), by(most) - by(least) || 1];
  return (value) => (Number.isFinite(value) ? bottom - ((by(value) - low) / span) * (bottom - top) : top);
}

function mark(pen: CanvasRenderingContext2D, x: number): void {
  pen.fillStyle = colour("ink-soft");
  pen.beginPath();
  pen.moveTo(x - 3, 1);
  pen.lineTo(x + 3, 1);
  pen.lineTo(x, 7);
  pen.fill();
}
