/** Loss by step. A first version, to be replaced. */
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { css as colour } from "../look/colour";
import { Figure } from "./figure";

@customElement("ls-loss")
export class LossFigure extends Figure {
  static override styles = css`
    :host { display: block; height: 100%; }
    canvas { height: 100%; width: 100%; }
  `;

  protected override render() {
    return html`<canvas role="img" aria-label="loss by step"></canvas>`;
  }

  protected draw(): void {
    const canvas = this.renderRoot.querySelector("canvas")!;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width;
    canvas.height = height;
    const series = this.heard.lane(this.lane).of("loss");
    const most = Math.max(...series.values, 1e-9);
    const pen = canvas.getContext("2d")!;
    pen.strokeStyle = colour("loss");
    pen.beginPath();
    for (let i = 0; i < series.steps.length; i++) {
      pen.lineTo(
        (series.steps[i]! / Math.max(1, series.steps.at(-1)!)) * width,
        height * (1 - series.values[i]! / most),
      );
    }
    pen.stroke();
  }
}
