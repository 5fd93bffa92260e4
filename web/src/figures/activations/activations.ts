/** What each layer puts out: its distribution now, its spread and dead units by step. Calls no layer. */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Grid } from "../../wire/arrays";
import type { Histogram } from "../chart/histograms";
import { linesByLayer } from "../chart/readings";
import { figures } from "../chart/scale";
import { counted, ViewsPanel } from "../chart/views";

const VIEWS = {
  now: "distribution now",
  std: "spread by step",
  mean: "mean by step",
  dead: "dead units by step",
  saturated: "saturated outputs by step",
} as const;
type View = keyof typeof VIEWS;

const UNITS: Partial<Record<View, string>> = {
  std: "standard deviation of the layer's output",
  mean: "mean of the layer's output",
  dead: "share of a ReLU's units that are zero for every row",
  saturated: "share of a tanh's or sigmoid's outputs on its flat ends",
};

@customElement("ls-activations")
export class Activations extends ViewsPanel<View> {
  @state() protected view: View = "now";
  protected readonly views = VIEWS;
  protected readonly units = UNITS;

  protected override get instruments(): readonly string[] {
    return ["activations"];
  }

  protected lines(view: View) {
    return linesByLayer(this.heard.lane(this.lane), "activations", "forward", view);
  }

  protected histograms(): Histogram[] {
    const reading = this.heard.lane(this.lane).measured.get("activations");
    if (!reading) return [];
    return counted(reading).map((layer) => ({
      ...histogram(layer, reading.values, reading.arrays),
      name: this.named(layer),
    }));
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

  protected body() {
    if (this.view !== "now") return this.chart();
    return html`<ls-histograms heading="Activations by layer" colour="forward"></ls-histograms>`;
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
