/** The parameters themselves: distribution, every number of the small ones, length by step. Trains nothing. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Measured } from "../../generated/wire";
import { shapeText, table } from "../batch/table";
import { tensorStyle } from "../batch/tensor-style";
import type { Histogram } from "../chart/histograms";
import { linesByLayer } from "../chart/readings";
import { figures } from "../chart/scale";
import { counted, ViewsPanel } from "../chart/views";

const VIEWS = {
  now: "distribution now",
  values: "values now",
  norm: "length by step",
  std: "spread by step",
} as const;
type View = keyof typeof VIEWS;
const UNITS: Partial<Record<View, string>> = {
  norm: "‖w‖ of each tensor",
  std: "standard deviation",
};

@customElement("ls-weights")
export class Weights extends ViewsPanel<View> {
  static override styles = [
    ...ViewsPanel.styles,
    tensorStyle,
    css`
      .tensors {
        grid-column: 1 / -1;
      }
    `,
  ];
  @state() protected view: View = "now";
  protected readonly views = VIEWS;
  protected readonly units = UNITS;
  @state() private reading: Measured | undefined;

  protected override get instruments(): readonly string[] {
    return ["weights"];
  }

  protected override draw(): void {
    super.draw();
    if (this.view === "values") this.reading = this.heard.lane(this.lane).measured.get("weights");
  }

  protected lines(view: View) {
    return linesByLayer(this.heard.lane(this.lane), "weights", "step", view);
  }

  protected histograms(): Histogram[] {
    const reading = this.heard.lane(this.lane).measured.get("weights");
    return reading ? counted(reading).map((name) => histogram(name, reading)) : [];
  }

  protected body() {
    if (this.view === "now")
      return html`<ls-histograms heading="Weights by tensor" .colour=${"sign"}></ls-histograms>`;
    if (this.view === "values")
      return html`<div class="tensors" tabindex="0" role="group">${this.entries()}</div>`;
    return this.chart();
  }

  private entries() {
    const arrays = this.reading?.arrays ?? {};
    return Object.entries(arrays).map(([key, grid]) => {
      if (!key.startsWith("values/")) return nothing;
      const name = key.slice("values/".length);
      return html`<section>
        <h4>${name} <span class="soft">${shapeText(grid.shape)}</span></h4>
        <div class="scroll">${table(name, grid)}</div>
      </section>`;
    });
  }
}

function histogram(name: string, { values, arrays }: Measured): Histogram {
  return {
    name,
    counts: arrays[`counts/${name}`]!.data,
    edges: arrays[`edges/${name}`]!.data,
    numbers: [
      ["mean", figures(values[`mean/${name}`], 3)],
      ["deviation", figures(values[`std/${name}`], 3)],
      ["length ‖w‖", figures(values[`norm/${name}`], 3)],
    ],
  };
}
