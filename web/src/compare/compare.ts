/** Two to four experiments side by side on one timeline, one thing changed. Draws no figure and knows no setting. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../figures/network";
import "../figures/output";
import type { Experiment } from "../generated/wire";
import { heard } from "../heard/heard";
import { along } from "../lab/along";
import { changing } from "../lab/changing";
import { fields } from "../lab/schema";
import { shared } from "../look/shared";
import type { Source } from "../wire/source";
import { type Added, withSettings } from "./builder";
import { compareStyle } from "./compare-style";
import { type Difference, differing } from "./differing";
import { brief, headings, settingName } from "./headings";
import "./lane-chart";
import { letter, lineLook } from "./lines";
import { sharing } from "./offers";

const MOST = 4;

@customElement("ls-compare")
export class Compare extends LitElement {
  static override styles = [shared, compareStyle];
  @property({ attribute: false }) source!: Source;
  @state() private experiments: readonly Experiment[] = [];
  private stops: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const memory = heard(this.source);
    this.stops = [
      memory.on(({ kind }) => {
        if (kind === "hello" || kind === "lane") this.take();
      }),
      changing(this.source).on(() => this.requestUpdate()),
    ];
    this.take();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
  }

  private take(): void {
    this.experiments = heard(this.source).lanes.flatMap(({ state }) => (state ? [state.experiment] : []));
  }

  protected override render() {
    const [first] = this.experiments;
    if (!first) return html`<p class="soft" role="status">Starting PyTorch …</p>`;
    const differences = differing(this.experiments);
    const several = this.experiments.length > 1;
    return html`
      <header>
        <h2>Compare</h2>
        <p class="soft" role="status">${several ? sharing(differences.map(({ path }) => path)) : this.invitation()}</p>
      </header>
      <div class="build">
        ${
          this.experiments.length < MOST
            ? html`<ls-compare-builder
                .experiment=${first}
                .refused=${new Map(changing(this.source).refused)}
                @add=${this.add}
              ></ls-compare-builder>`
            : html`<span class="soft">Four experiments are the most on one timeline.</span>`
        }
      </div>
      <div class="columns">
        ${repeat(
          this.experiments,
          (_, n) => n,
          (_, n) => this.output(n, differences),
        )}
      </div>
      ${several ? html`<ls-lane-chart .source=${this.source} .headings=${this.labels(differences)}></ls-lane-chart>` : nothing}
      <div class="columns">
        ${repeat(
          this.experiments,
          (_, n) => n,
          (_, n) => this.network(n),
        )}
      </div>
    `;
  }

  private invitation(): string {
    return "Add a second experiment with one thing changed: both begin at step 0, from the same initial weights.";
  }

  // the first is what the others are held against: its letter says so where several things differ
  private labels(differences: readonly Difference[]): string[] {
    const said = headings(differences, this.experiments.length);
    return said.map((heading, n) => (n === 0 && differences.length > 1 ? "" : brief(heading, 18)));
  }

  private output(n: number, differences: readonly Difference[]) {
    return html`<section aria-label=${this.name(n)}>
      ${this.experiments.length > 1 ? this.heading(n, differences) : nothing}
      <ls-output .source=${this.source} .lane=${n} compact></ls-output>
    </section>`;
  }

  private network(n: number) {
    return html`<section aria-label="${this.name(n)}: network">
      <h3 class="soft">Network ${this.experiments.length > 1 ? letter(n) : ""}</h3>
      <ls-network .source=${this.source} .lane=${n} compact></ls-network>
    </section>`;
  }

  private name(n: number): string {
    return this.experiments.length > 1 ? `experiment ${letter(n)}` : "the experiment";
  }

  private heading(n: number, differences: readonly Difference[]) {
    const { colour, dashed } = lineLook(n);
    const said = headings(differences, this.experiments.length)[n];
    return html`<h3>
      <i class=${dashed ? "dashed" : ""} aria-hidden="true" .style=${`border-color: var(--${colour})`}></i>
      <b>${letter(n)}</b>
      <span title=${said ?? ""}>${said || "the same"}</span>
      <button aria-label="Remove experiment ${letter(n)}" title="Remove; the others start over" @click=${() => this.drop(n)}>
        ×
      </button>
    </h3>`;
  }

  private async add({ detail: { path, value } }: CustomEvent<Added>): Promise<void> {
    const [first] = this.experiments as [Experiment];
    const next = withSettings(first, along(first, path, value, await fields()));
    this.start([...this.experiments, next], `Started over, side by side with another ${settingName(path)}.`);
  }

  private drop(n: number): void {
    const rest = this.experiments.filter((_, i) => i !== n);
    this.start(rest, `Started over without ${letter(n)}.`);
  }

  private start(experiments: readonly Experiment[], words: string): void {
    changing(this.source).refused.clear();
    changing(this.source).start(experiments, words);
  }
}
