/** One quantity of every lane in one chart. Knows lanes by their series and headings; trains nothing. */
import { css, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../figures/chart/chart";
import type { Chart } from "../figures/chart/chart";
import { choice } from "../figures/chart/choice";
import { marksOf } from "../figures/chart/lines";
import { seriesName } from "../figures/chart/measures";
import { Figure } from "../figures/figure";
import { shared } from "../look/shared";
import type { Message } from "../wire/source";
import { letter, lineLook } from "./lines";

const OF_MEASURES = /^(loss$|loss\.|metrics\.)/;

@customElement("ls-lane-chart")
export class LaneChart extends Figure {
  static override styles = [
    shared,
    choice,
    css`
      :host {
        display: block;
        position: relative;
      }
    `,
  ];
  /** What each lane has different, in short. */
  @property({ attribute: false }) headings: readonly string[] = [];
  @state() private series = "loss.train";
  @state() private offered: readonly string[] = ["loss"];
  @query("ls-chart") private chart!: Chart;

  protected override get instruments(): readonly string[] {
    return ["loss", "metrics"];
  }

  protected override concerns({ kind }: Message): boolean {
    return kind === "events" || kind === "lane" || kind === "hello" || kind === "state";
  }

  protected draw(): void {
    this.offer();
    const { lanes, state: now } = this.heard;
    const name = this.offered.includes(this.series) ? this.series : "loss";
    this.chart.show({
      title: name,
      unit: "",
      lines: lanes.map((lane, n) => ({
        label: `${letter(n)} ${this.headings[n] ?? ""}`.trim(),
        ...lineLook(n),
        points: lane.series.get(name) ?? { steps: [], values: [] },
      })),
      marks: marksOf(lanes[0]?.changes ?? []),
      shown: now && now.step < now.head ? now.step : null,
    });
  }

  // names come as they are measured; a new list only where it grew, as each is a new rendering
  private offer(): void {
    const names = new Set(this.heard.lanes.flatMap((lane) => [...lane.series.keys()]));
    const next = [...names].filter((name) => OF_MEASURES.test(name)).sort();
    if (next.join() !== this.offered.join() && next.length) this.offered = next;
  }

  protected override render() {
    const said = this.offered.includes(this.series) ? this.series : "loss";
    return html`
      <select class="heading" aria-label="Curve" .value=${said} @change=${this.turn}>
        ${this.offered.map(
          (name) => html`<option value=${name} ?selected=${name === said}>${seriesName(name)}</option>`,
        )}
      </select>
      <ls-chart heading=${seriesName(said)}></ls-chart>
    `;
  }

  private turn(event: Event): void {
    this.series = (event.target as HTMLSelectElement).value;
  }
}
