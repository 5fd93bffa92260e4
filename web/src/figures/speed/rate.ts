/** The learning rate by step. Knows no schedule. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import type { ChartSpec, Line } from "../chart/lines";
import { ChartPanel } from "../chart/panel";
import { keysOf } from "../chart/readings";
import { shades } from "../chart/stroke";

@customElement("ls-rate")
export class Rate extends ChartPanel {
  protected override get instruments(): readonly string[] {
    return ["learning_rate"];
  }

  protected override draws(name: string): boolean {
    return name === "lr" || super.draws(name);
  }

  protected specs(): Record<string, ChartSpec> {
    return { rate: { title: "Learning rate", unit: "weight per gradient", lines: this.lines() } };
  }

  // the loop tells one rate a step; only several groups need the instrument
  private lines(): Line[] {
    const lane = this.heard.lane(this.lane);
    const groups = keysOf(lane, "learning_rate");
    if (groups.length < 2) return [{ label: "lr", colour: "step", points: lane.of("lr") }];
    const shade = shades(groups.length);
    return groups.map((name, i) => ({
      label: name,
      colour: "step",
      shade: shade[i]!,
      points: lane.of(`learning_rate.${name}`),
    }));
  }

  protected render() {
    return html`<ls-chart id="rate" heading="Learning rate" unit="of each step, as the optimizer had it"></ls-chart>`;
  }
}
