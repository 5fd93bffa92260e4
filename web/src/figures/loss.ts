/** Loss by step, of training and test rows, and the metrics of the task. Knows no way of measuring. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { WITH_PENALTY } from "../heard/heard";
import type { ChartSpec, Line } from "./chart/lines";
import { ChartPanel } from "./chart/panel";
import { keysOf } from "./chart/readings";

const NAMES: Record<string, [string, string]> = {
  loss: ["Loss", "criterion, mean over rows"],
  accuracy: ["Accuracy", "share of rows that are right"],
  r2: ["R²", "share of the target's variance explained"],
  mae: ["Mean absolute error", "units of the target"],
  rmse: ["Root mean squared error", "units of the target"],
  perplexity: ["Perplexity", "equally likely characters"],
};

@customElement("ls-loss")
export class LossFigure extends ChartPanel {
  @state() private measure = "loss";
  @state() private penalty = false;
  @state() private batches = true;
  @state() private metrics: readonly string[] = [];

  protected override get instruments(): readonly string[] {
    return ["loss", "metrics"];
  }

  protected override draw(): void {
    const known = keysOf(this.heard.lane(this.lane), "metrics").flatMap(
      (key) => /^train_(.+)/.exec(key)?.[1] ?? [],
    );
    if (known.join() !== this.metrics.join()) this.metrics = known;
    if (this.measure !== "loss" && known.length && !known.includes(this.measure)) this.measure = "loss";
    super.draw();
  }

  protected specs(): Record<string, ChartSpec> {
    const [title, unit] = NAMES[this.measure] ?? [this.measure, ""];
    return { chart: { title, unit, lines: this.measure === "loss" ? this.losses() : this.metric() } };
  }

  private losses(): Line[] {
    const lane = this.heard.lane(this.lane);
    const line = (label: string, name: string, more: Partial<Line> = {}): Line[] =>
      lane.of(name).steps.length ? [{ label, colour: "loss", points: lane.of(name), ...more }] : [];
    const rows = line("train", "loss.train");
    return [
      ...(rows.length === 0 || this.batches ? line("batch", "loss", { shade: -0.6 }) : []),
      ...rows,
      ...line("test", "loss.test", { dashed: true }),
      ...(this.penalty ? line("train + penalty", WITH_PENALTY, { shade: 0.5 }) : []),
    ];
  }

  private metric(): Line[] {
    const lane = this.heard.lane(this.lane);
    return ["train", "test"].flatMap((side): Line[] => {
      const points = lane.of(`metrics.${side}_${this.measure}`);
      return points.steps.length ? [{ label: side, colour: "loss", dashed: side === "test", points }] : [];
    });
  }

  private get penalised(): boolean {
    const training = this.heard.lane(this.lane).state?.experiment.training;
    return Boolean(training?.l1 || training?.l2);
  }

  private withPenalty() {
    return html`<label title="What is added for the size of the weights (l1, l2)"
      ><input type="checkbox" .checked=${this.penalty} @change=${() => (this.penalty = !this.penalty)} />with penalty</label
    >`;
  }

  protected render() {
    const [title, unit] = NAMES[this.measure] ?? [this.measure, ""];
    return html`
      <ls-chart id="chart" heading=${title} unit=${unit}>
      <div class="controls">
        <label
          >show
          <select @change=${(e: Event) => (this.measure = (e.target as HTMLSelectElement).value)}>
            ${["loss", ...this.metrics].map(
              (name) =>
                html`<option value=${name} ?selected=${name === this.measure}>${NAMES[name]?.[0] ?? name}</option>`,
            )}
          </select>
        </label>
        <label title="The loss of each batch, as the step saw it"
          ><input type="checkbox" .checked=${this.batches} @change=${() => (this.batches = !this.batches)} />each
          batch</label
        >
        ${this.source && (this.penalised || this.penalty) ? this.withPenalty() : nothing}
      </div>
      </ls-chart>
    `;
  }
}
