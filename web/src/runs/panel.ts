/** The chosen runs: their curves in one chart, what they have different, notes, and what can be done. Deletes nothing. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { differing, written } from "../compare/differing";
import { brief, headings, settingName } from "../compare/headings";
import { letter, lineLook, MOST_LINES } from "../compare/lines";
import "../figures/chart/chart";
import type { Chart } from "../figures/chart/chart";
import { choice } from "../figures/chart/choice";
import { metricName, seriesName } from "../figures/chart/measures";
import type { Experiment } from "../generated/wire";
import { changing } from "../lab/changing";
import { shared } from "../look/shared";
import type { Source } from "../wire/source";
import { Held } from "./held";
import "./one";
import { panelStyle } from "./panel-style";
import type { Figures, Run } from "./record";
import { count, figure, isTrouble, lasted, when } from "./words";

const FIRST = ["loss", "loss.train", "loss.test"]; // series that are offered before all others
const MOST_LANES = 4;

@customElement("ls-runs-panel")
export class RunsPanel extends LitElement {
  static override styles = [shared, choice, panelStyle];
  @property({ attribute: false }) runs: readonly Run[] = [];
  @property({ attribute: false }) source: Source | null = null;
  @state() private asked = ""; // the series that somebody chose
  @query("ls-chart") private chart!: Chart;
  private readonly held = new Held(() => this.requestUpdate());

  protected override willUpdate(): void {
    this.held.want(this.drawn, this.series);
  }

  protected override updated(): void {
    const labels = this.labels();
    this.chart.show({
      title: this.series,
      unit: "",
      lines: this.drawn.map((run, n) => {
        const { steps = [], values = [] } = this.held.curve(run, this.series) ?? {};
        const look = this.drawn.length > 1 ? lineLook(n) : { colour: "loss" };
        return {
          label: labels[n]!,
          ...look,
          points: { steps, values: values.map((value) => value ?? Number.NaN) },
        };
      }),
    });
  }

  // where all have it, the loss of all training rows: that of the batches is mostly noise
  private get series(): string {
    const clean = this.drawn.every((run) => this.held.whole(run)?.series.includes("loss.train"));
    return this.asked || (clean ? "loss.train" : "loss");
  }

  private get drawn(): readonly Run[] {
    return this.runs.slice(0, MOST_LINES);
  }

  private get differences() {
    return differing(this.drawn.map((run) => this.held.whole(run)?.experiment ?? null));
  }

  private labels(): string[] {
    if (this.drawn.length === 1) return [seriesName(this.series)];
    const known = this.drawn.every((run) => this.held.whole(run)?.experiment);
    const said = known ? headings(this.differences, this.drawn.length) : [];
    return this.drawn.map((run, n) => `${letter(n)} ${brief(said[n] || run.name, 18)}`);
  }

  private get offered(): string[] {
    const all = new Set(this.drawn.flatMap((run) => this.held.whole(run)?.series ?? []));
    return [...FIRST.filter((name) => all.delete(name)), ...all];
  }

  protected override render() {
    const [only] = this.runs;
    const several = this.runs.length > 1;
    return html`
      <header>
        <h2>${several ? `${this.runs.length} runs` : only?.name}</h2>
        <button class="close" aria-label="Choose none" title="Choose none" @click=${() => this.tell("close")}>×</button>
      </header>
      <div class="curves">
        <select class="heading" aria-label="Curve" .value=${this.series} @change=${this.turn}>
          ${(this.offered.length ? this.offered : [this.series]).map(
            (name) =>
              html`<option value=${name} ?selected=${name === this.series}>${seriesName(name)}</option>`,
          )}
        </select>
        <ls-chart heading=${seriesName(this.series)}></ls-chart>
      </div>
      ${this.missing()} ${several ? this.table() : html`<ls-run .run=${only} .whole=${this.held.whole(only!)}></ls-run>`}
      <div class="acts">${several ? this.together() : nothing} ${this.deleting()}</div>
    `;
  }

  private missing() {
    const left = this.runs.length - this.drawn.length;
    const without = this.drawn.filter((run) => {
      const series = this.held.whole(run)?.series;
      return (series && !series.includes(this.series)) || this.held.failure(run, this.series);
    });
    const words = [
      left > 0 ? `The first ${MOST_LINES} of ${this.runs.length} are drawn.` : "",
      without.length
        ? `Without ${seriesName(this.series)}: ${without.map((run) => run.name).join(", ")}.`
        : "",
    ].filter(Boolean);
    return words.length ? html`<p class="soft">${words.join(" ")}</p>` : nothing;
  }

  private table() {
    return html`<div class="scrolls" tabindex="0" role="region" aria-label="The chosen runs side by side">
      <table>
        <thead>
          <tr>
            <td></td>
            ${this.drawn.map(
              (run, n) => html`<th scope="col" title=${run.run}><b>${letter(n)}</b> ${run.name}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${this.differences.map(({ path, values }) => this.row(settingName(path), path, values.map(written)))}
        </tbody>
        <tbody>
          ${this.figures("train")} ${this.figures("test")}
          ${this.row(
            "steps",
            "optimizer steps taken",
            this.drawn.map((run) => count(run.steps)),
          )}
          ${this.row(
            "took",
            "",
            this.drawn.map((run) => lasted(run.seconds)),
          )}
          ${this.row(
            "started",
            "",
            this.drawn.map((run) => when(run.started)),
          )}
          ${this.row(
            "status",
            "",
            this.drawn.map((run) => run.status),
            (n) => isTrouble(this.drawn[n]!.status),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private figures(side: "train" | "test") {
    const names = new Set(this.drawn.flatMap((run) => Object.keys(run[side])));
    const of = (figures: Figures, name: string) => figure(figures[name]);
    return [...names].map((name) =>
      this.row(
        `${side} ${metricName(name)}`,
        `the last ${metricName(name)} of the ${side === "train" ? "training" : "test"} rows`,
        this.drawn.map((run) => of(run[side], name)),
      ),
    );
  }

  private row(name: string, title: string, cells: readonly string[], trouble = (_: number) => false) {
    return html`<tr>
      <th scope="row" title=${title}>${name}</th>
      ${cells.map((cell, n) => html`<td title=${cell} class="number ${trouble(n) ? "trouble" : ""}">${cell}</td>`)}
    </tr>`;
  }

  private get experiments(): Experiment[] {
    return this.drawn.flatMap((run) => this.held.whole(run)?.experiment ?? []);
  }

  private together() {
    const fits = this.runs.length <= MOST_LANES && this.experiments.length === this.runs.length;
    const why =
      this.runs.length > MOST_LANES
        ? `At most ${MOST_LANES} fit side by side.`
        : "A run of your own script has no experiment that the lab could start.";
    return html`<button
      ?disabled=${!fits || !this.source}
      title=${fits ? "Train them anew on one timeline" : why}
      @click=${this.begin}
    >
      Side by side
    </button>`;
  }

  private begin(): void {
    changing(this.source!).start(this.experiments, `Started ${this.runs.length} runs side by side.`);
    location.hash = "#view=compare";
  }

  private deleting() {
    const running = this.runs.some((run) => run.status === "running");
    return html`<button
      ?disabled=${running}
      title=${running ? "It is being recorded; stop it first." : "Can be undone for 30 s"}
      @click=${() => this.tell("delete")}
    >
      Delete${this.runs.length > 1 ? ` ${this.runs.length} runs` : ""}
    </button>`;
  }

  private turn(event: Event): void {
    this.asked = (event.target as HTMLSelectElement).value;
  }

  private tell(name: string): void {
    this.dispatchEvent(new CustomEvent(name));
  }
}
