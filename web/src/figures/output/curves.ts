/** What the model says over a single input, as a curve; of several classes one curve each. */
import { css } from "../../look/colour";
import { type Field, valueAt } from "./field";
import { type Frame, pixelX, pixelY } from "./frame";
import { classToken } from "./ramp";

export function drawCurves(
  pen: CanvasRenderingContext2D,
  frame: Frame,
  field: Field,
  unscaled: (value: number) => number,
): void {
  const several = field.task === "multiclass";
  pen.lineWidth = 2;
  for (let k = 0; k < field.classes; k++) {
    pen.strokeStyle = css(several ? classToken(k) : "forward");
    pen.beginPath();
    for (let i = 0; i < field.columns; i++) {
      const value = valueAt(field, 0, i, k);
      const y = pixelY(frame, field.task === "regression" ? unscaled(value) : value);
      pen.lineTo(pixelX(frame, field.xs[i]!), y);
    }
    pen.stroke();
  }
}
