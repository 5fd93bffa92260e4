/** What a regression says against what is true, row by row. Draws what was said; computes no error. */

import type { Measured } from "../../generated/wire";
import { css } from "../../look/colour";
import { drawAxes } from "./axes";
import { type Frame, limitsOf, pixelX, pixelY } from "./frame";

/** `unscaled` turns a value as the model sees it into the target's own unit. */
export function drawResiduals(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  metrics: Measured | undefined,
  withTest: boolean,
  unscaled: (value: number) => number,
): void {
  const [said, truth] = [metrics?.arrays.train_said, metrics?.arrays.train_true];
  const pen = canvas.getContext("2d")!;
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (!said || !truth) return;
  const [low, high] = limitsOf(truth.data);
  const edge = 0.06 * (high - low);
  const range = [unscaled(low - edge), unscaled(high + edge)] as const;
  const frame: Frame = { left: 48, top: 4, width: width - 56, height: height - 28, x: range, y: range };
  drawAxes(pen, frame, ["", ""]); // what they are stands beside it, where there is room
  pen.save();
  pen.beginPath();
  pen.rect(frame.left, frame.top, frame.width, frame.height);
  pen.clip();
  identity(pen, frame);
  for (const side of withTest ? ["train", "test"] : ["train"]) {
    const [says, is] = [metrics!.arrays[`${side}_said`], metrics!.arrays[`${side}_true`]];
    if (says && is) dots(pen, frame, says.data, is.data, unscaled, side === "test");
  }
  pen.restore();
}

function identity(pen: CanvasRenderingContext2D, frame: Frame): void {
  pen.strokeStyle = css("ink-soft");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(frame.left, frame.top + frame.height);
  pen.lineTo(frame.left + frame.width, frame.top);
  pen.stroke();
}

function dots(
  pen: CanvasRenderingContext2D,
  frame: Frame,
  said: ArrayLike<number>,
  truth: ArrayLike<number>,
  unscaled: (value: number) => number,
  ringed: boolean,
): void {
  pen.beginPath();
  for (let i = 0; i < said.length; i++) {
    const [x, y] = [pixelX(frame, unscaled(truth[i]!)), pixelY(frame, unscaled(said[i]!))];
    pen.moveTo(x + 2.5, y);
    pen.arc(x, y, 2.5, 0, 2 * Math.PI);
  }
  pen.fillStyle = css("forward", 0.6);
  pen.strokeStyle = css("ink");
  pen.lineWidth = 1;
  if (ringed) pen.stroke();
  else pen.fill();
}
