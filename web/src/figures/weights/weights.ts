/** The parameters themselves: distribution, every number of the small ones, length by step. Trains nothing. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Measured } from "../../generated/wire";
import { shapeText, table } from "../batch/table";
import { tensorStyle } from "../batch/tensor-style";
import "../chart/histograms";
import type { Histogram, Histograms } from "../chart/histograms";
import type { ChartSpec } from "../chart/lines";
import { ChartPanel } from "../chart/panel";
import { linesByLayer } from "../chart/readings";
import { figures } from "../chart/scale";

const VIEWS = {
  now: "distribution now",
  values: "values now",
  norm: "length by step",
  std: "spread by step",
} as const;
type View = keyof typeof VIEWS;
const UNITS: Record<View, string> = {
  now: "",
  values: "",
  norm: "‖w‖ of each tensor",
  std: "standard deviation",
};

@customElement("ls-weights")
export class Weights extends ChartPanel {
  static override styles = [
    ...ChartPanel.styles,
    tensorStyle,
    css`
      .tensors {
        grid-column: 1 / -1;
      }
    `,
  ];
  @state() private view: View = "now";
  @state() private reading: Measured | undefined;

  protected override get instruments(): readonly string[] {
    return ["weights"];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add("controlled");
  }

  protected override draw(): void {
    super.draw();
    const reading = this.heard.lane(this.lane).measured.get("weights");
    if (this.view === "values") this.reading = reading;
    if (reading) this.renderRoot.querySelector<Histograms>("ls-histograms")?.show(histograms(reading));
  }

  protected specs(): Record<string, ChartSpec> {
    if (this.view === "now" || this.view === "values") return {};
    const lines = linesByLayer(this.heard.lane(this.lane), "weights", "step", this.view);
    return { chart: { title: VIEWS[this.view], unit: UNITS[this.view], lines } };
  }

  protected render() {
    return html`
      <div class="controls">
        <label
          >show
          <select @change=${(e: Event) => (this.view = (e.target as HTMLSelectElement).value as View)}>
            ${Object.entries(VIEWS).map(([view, name]) => html`<option value=${view}>${name}</option>`)}
          </select>
        </label>
      </div>
      ${this.body()}
    `;
  }

  private body() {
    if (this.view === "now")
      return html`<ls-histograms heading="Weights by tensor" .colour=${"sign"}></ls-histograms>`;
    if (this.view === "values")
      return html`<div class="tensors" tabindex="0" role="group">${this.values()}</div>`;
    return html`<ls-chart id="chart" heading=${VIEWS[this.view]} unit=${UNITS[this.view]}></ls-chart>`;
  }

  private values() {
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

function histograms({ values, arrays }: Measured): Histogram[] {
  return Object.keys(arrays)
    .filter((key) => key.startsWith("counts/"))
    .map((key) => {
      const name = key.slice("counts/".length);
      return {
        name,
        counts: arrays[key]!.data,
        edges: arrays[`edges/${name}`]!.data,
        numbers: [
          ["mean", figures(values[`mean/${name}`], 3)],
          ["deviation", figures(values[`std/${name}`], 3)],
          ["length ‖w‖", figures(values[`norm/${name}`], 3)],
        ],
      };
    });
}
