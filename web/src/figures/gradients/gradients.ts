/** How long gradients are and how far steps go, layer by layer. Judges nothing: the guide is somebody's rule of thumb. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import type { ChartSpec, Guide } from "../chart/lines";
import { ChartPanel } from "../chart/panel";
import { linesByLayer } from "../chart/readings";

// about 1e−3 is usual: A. Karpathy, Building makemore Part 3, 2022
const HEALTHY: Guide = { low: 1e-4, high: 1e-2, label: "usual (Karpathy 2022)" };

@customElement("ls-gradients")
export class Gradients extends ChartPanel {
  protected override get instruments(): readonly string[] {
    return ["gradient_norm", "update_ratio"];
  }

  protected specs(): Record<string, ChartSpec> {
    const lane = this.heard.lane(this.lane);
    const total = lane.of("gradient_norm.total");
    return {
      norms: {
        title: "Gradient norm",
        unit: "loss per unit of weight",
        lines: [
          ...(total.steps.length ? [{ label: "all", colour: "ink", points: total }] : []),
          ...linesByLayer(lane, "gradient_norm", "backward"),
        ],
      },
      updates: {
        title: "Update to weight",
        unit: "‖Δw‖ / ‖w‖",
        lines: linesByLayer(lane, "update_ratio", "step"),
        guide: HEALTHY,
      },
    };
  }

  protected render() {
    return html`
      <ls-chart id="norms" heading="Gradient norm" unit="‖∂L/∂w‖ of each tensor" log></ls-chart>
      <ls-chart
        id="updates"
        heading="Update to weight"
        unit="‖Δw‖ / ‖w‖ of each tensor"
        log
      ></ls-chart>
    `;
  }
}
