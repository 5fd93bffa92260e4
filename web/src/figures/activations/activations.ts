/** What each layer puts out: its distribution now, its spread and dead units by step. Calls no layer. */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Grid } from "../../wire/arrays";
import "../chart/histograms";
import type { Histogram, Histograms } from "../chart/histograms";
import type { ChartSpec } from "../chart/lines";
import { ChartPanel } from "../chart/panel";
import { linesByLayer } from "../chart/readings";
import { figures } from "../chart/scale";

const VIEWS = {
  now: "distribution now",
  std: "spread by step",
  mean: "mean by step",
  dead: "dead units by step",
  saturated: "saturated outputs by step",
} as const;
type View = keyof typeof VIEWS;

const UNITS: Record<View, string> = {
  now: "",
  std: "standard deviation of the layer's output",
  mean: "mean of the layer's output",
  dead: "share of a ReLU's units that are zero for every row",
  saturated: "share of a tanh's or sigmoid's outputs on its flat ends",
};

@customElement("ls-activations")
export class Activations extends ChartPanel {
  @state() private view: View = "now";

  protected override get instruments(): readonly string[] {
    return ["activations"];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add("controlled");
  }

  protected override draw(): void {
    super.draw();
    this.renderRoot.querySelector<Histograms>("ls-histograms")?.show(this.histograms());
  }

  protected specs(): Record<string, ChartSpec> {
    if (this.view === "now") return {};
    const lines = linesByLayer(this.heard.lane(this.lane), "activations", "forward", this.view);
    return { chart: { title: VIEWS[this.view], unit: UNITS[this.view], lines } };
  }

  private histograms(): Histogram[] {
    const reading = this.heard.lane(this.lane).measured.get("activations");
    if (!reading) return [];
    return Object.keys(reading.arrays)
      .filter((key) => key.startsWith("counts/"))
      .map((key) => key.slice("counts/".length))
      .map((layer) => ({ ...histogram(layer, reading.values, reading.arrays), name: this.named(layer) }));
  }

  // the model's own name of a layer, often a bare number, and what kind it is as far as messages tell
  private named(layer: string): string {
    const { state, measured } = this.heard.lane(this.lane);
    const values = measured.get("activations")?.values ?? {};
    const kind =
      { 1: "norm", 2: "linear", 4: "convolution" }[state?.parameters[`${layer}.weight`]?.length ?? 0] ??
      (`dead/${layer}` in values ? "relu" : `saturated/${layer}` in values ? "tanh or sigmoid" : "");
    return kind ? `${layer} · ${kind}` : layer;
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
      ${
        this.view === "now"
          ? html`<ls-histograms heading="Activations by layer" colour="forward"></ls-histograms>`
          : html`<ls-chart id="chart" heading=${VIEWS[this.view]} unit=${UNITS[this.view]}></ls-chart>`
      }
    `;
  }
}

function histogram(layer: string, values: Record<string, number>, arrays: Record<string, Grid>): Histogram {
  const share = (name: string): [string, string, boolean][] => {
    const value = values[`${name}/${layer}`];
    return value === undefined ? [] : [[name, percent(value), value > 0.5]];
  };
  return {
    name: layer,
    counts: arrays[`counts/${layer}`]!.data,
    edges: arrays[`edges/${layer}`]!.data,
    numbers: [
      ["mean", figures(values[`mean/${layer}`], 3)],
      ["deviation", figures(values[`std/${layer}`], 3)],
      ...share("dead"),
      ...share("saturated"),
    ],
  };
}

const percent = (share: number) => (Number.isNaN(share) ? "NaN" : `${(100 * share).toFixed(1)} %`);
