/** How much of a batch's gradient is noise. Estimates nothing: the numbers are the instrument's. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import type { ChartSpec, Line } from "../chart/lines";
import { ChartPanel } from "../chart/panel";

@customElement("ls-noise")
export class Noise extends ChartPanel {
  protected override get instruments(): readonly string[] {
    return ["gradient_noise", "gradient_norm"];
  }

  protected specs(): Record<string, ChartSpec> {
    const line = (label: string, name: string, more: Partial<Line> = {}): Line => ({
      label,
      colour: "backward",
      points: this.heard.lane(this.lane).of(name),
      ...more,
    });
    return {
      scale: {
        title: "Noise scale",
        unit: "rows",
        lines: [line("noise scale", "gradient_noise.noise_scale", { dots: true })],
      },
      lengths: {
        title: "Gradient and its noise",
        unit: "gradient",
        lines: [
          line("gradient", "gradient_norm.total", { colour: "ink" }),
          line("noise in it", "gradient_noise.noise_norm", { dashed: true }),
        ],
      },
    };
  }

  protected render() {
    return html`
      <ls-chart
        id="scale"
        heading="Noise scale"
        unit="rows in a batch with as much noise as signal"
        log
      ></ls-chart>
      <ls-chart id="lengths" heading="Gradient and its noise" unit="length, as one batch sees it" log></ls-chart>
    `;
  }
}
