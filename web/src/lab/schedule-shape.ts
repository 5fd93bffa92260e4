/** The sketch of a schedule beside its name. Knows no step: what was really used is on the instrument learning_rate. */
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { valueAt } from "../controls/field";
import { Figure } from "../figures/figure";
import { css as colour } from "../look/colour";
import type { Message } from "../wire/source";
import { shapeOf } from "./shape";

@customElement("ls-schedule-shape")
export class ScheduleShape extends Figure {
  static override styles = css`
    :host {
      display: block;
      height: 28px;
    }
    canvas {
      display: block;
      height: 100%;
      width: 100%;
    }
  `;

  protected override concerns(message: Message): boolean {
    return message.kind === "hello" || message.kind === "lane";
  }

  protected override render() {
    return html`<canvas role="img"></canvas>`;
  }

  protected draw(): void {
    const schedule = valueAt(this.heard.lane(0).state?.experiment, "training.schedule") as Record<
      string,
      unknown
    > | null;
    const canvas = this.renderRoot.querySelector("canvas")!;
    const [width, height, scale] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    if (!schedule || !width) return;
    canvas.setAttribute("aria-label", `shape of the schedule ${schedule.name}: learning rate over the run`);
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d")!;
    pen.scale(scale, scale);
    pen.strokeStyle = colour("rule");
    pen.strokeRect(0, height - 0.5, width, 0);
    pen.strokeStyle = colour("step");
    pen.beginPath();
    for (const [x, share] of shapeOf(schedule, width).entries())
      pen.lineTo(x + 0.5, 2 + (1 - share) * (height - 5));
    pen.stroke();
  }
}
