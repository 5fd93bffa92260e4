/** How fast the loop runs and what looking costs. Reads no clock. */
import { css, html } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { ChartSpec, Line } from "../chart/lines";
import { ChartPanel } from "../chart/panel";
import { figures } from "../chart/scale";

@customElement("ls-speed")
export class SpeedFigure extends ChartPanel {
  static override styles = [
    ...ChartPanel.styles,
    css`
      ls-chart:only-of-type {
        grid-column: auto;
      }
      section {
        min-width: 0;
        overflow: auto;
      }
      h3 {
        font-size: var(--small);
        margin: 0 0 calc(2 * var(--unit));
      }
      table {
        border-collapse: collapse;
        font-size: var(--tiny);
      }
      th {
        font-weight: 400;
        text-align: left;
      }
      .of {
        padding-left: calc(3 * var(--unit));
      }
      td {
        min-width: 12ch;
        text-align: right;
      }
    `,
  ];
  @state() private costs: readonly [string, number][] = [];

  protected override get instruments(): readonly string[] {
    return ["speed"];
  }

  protected override draw(): void {
    super.draw();
    this.costs = [...this.heard.lane(this.lane).measured]
      .flatMap(([name, { values }]): [string, number][] =>
        values.cost_s === undefined ? [] : [[name, values.cost_s]],
      )
      .sort(([, a], [, b]) => b - a);
  }

  protected specs(): Record<string, ChartSpec> {
    const lane = this.heard.lane(this.lane);
    const line = (label: string, key: string, dashed = false): Line => ({
      label,
      colour: "ink",
      dashed,
      points: lane.of(`speed.${key}`),
    });
    return {
      rates: {
        title: "Speed",
        unit: "a second",
        lines: [line("steps", "steps_per_second"), line("samples", "samples_per_second", true)],
      },
    };
  }

  protected render() {
    const step = this.source ? this.heard.lane(this.lane).of("speed.seconds_per_step").last : undefined;
    return html`
      <ls-chart id="rates" heading="Speed" unit="a second, looking included" log></ls-chart>
      <section tabindex="0" aria-label="Time">
        <h3>Time</h3>
        <table>
          <tr>
            <th scope="row">one step, looking included</th>
            <td class="number">${inMilliseconds(step)}</td>
          </tr>
          <tr>
            <th scope="rowgroup" colspan="2">one reading of</th>
          </tr>
          ${this.costs.map(
            ([name, cost]) => html`<tr class="soft">
              <th scope="row" class="of">${name.replaceAll("_", " ")}</th>
              <td class="number">${inMilliseconds(cost)}</td>
            </tr>`,
          )}
        </table>
      </section>
    `;
  }
}

const inMilliseconds = (seconds: number | undefined) =>
  seconds === undefined ? "–" : `${figures(seconds * 1000, 3)} ms`;
