/** One chosen run: how it went, its settings in short, its notes, its exports. Draws no curve. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { setting, written } from "../compare/differing";
import { settingName } from "../compare/headings";
import { metricName } from "../figures/chart/measures";
import { shared } from "../look/shared";
import { act } from "./panel-style";
import { download, type Form, note, type Run, type Whole } from "./record";
import { count, figure, isTrouble, lasted, SIGNS, when } from "./words";

const SHOWN = [
  "data.name",
  "model.kind",
  "model.hidden",
  "model.activation",
  "training.optimizer",
  "training.lr",
];
const MORE = ["training.batch_size", "training.schedule.name", "faults.inject"];
const FORMS: readonly [Form, string, boolean][] = [
  ["script", "Script", true],
  ["notebook", "Notebook", true],
  ["csv", "CSV", false],
];

@customElement("ls-run")
export class OneRun extends LitElement {
  static override styles = [
    shared,
    act,
    css`
      dl {
        display: grid;
        gap: var(--unit) calc(4 * var(--unit));
        grid-template-columns: max-content minmax(0, 1fr);
        margin: 0 0 calc(4 * var(--unit));
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .id {
        font-family: var(--mono);
        font-size: var(--tiny);
        user-select: all;
      }
      label {
        color: var(--ink-soft);
        display: block;
        margin-bottom: calc(4 * var(--unit));
      }
      textarea {
        background: transparent;
        border: 1px solid var(--rule);
        border-radius: 3px;
        color: var(--ink);
        display: block;
        field-sizing: content;
        font: inherit;
        margin-top: var(--unit);
        min-height: 4rem;
        padding: calc(2 * var(--unit));
        resize: vertical;
        width: 100%;
      }
      textarea:focus {
        background: var(--raised);
      }
      .said {
        font-size: var(--tiny);
        min-height: 1.25rem;
      }
    `,
  ];
  @property({ attribute: false }) run!: Run;
  @property({ attribute: false }) whole: Whole | null = null;
  @state() private said = "";

  protected override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("run") as Run | undefined;
    if (before && before.run !== this.run.run) this.said = "";
  }

  protected override render() {
    const { run, whole } = this;
    return html`
      <dl>
        <dt>status</dt>
        <dd class=${isTrouble(run.status) ? "trouble" : ""}>
          <span aria-hidden="true">${SIGNS[run.status]}</span> ${run.status}${run.reason ? `: ${run.reason}` : ""}
        </dd>
        ${this.figures("train")} ${this.figures("test")}
        <dt>steps</dt>
        <dd><span class="number">${count(run.steps)}</span> in ${lasted(run.seconds)}, started ${when(run.started)}</dd>
        <dt>source</dt>
        <dd>${run.source}</dd>
        ${whole?.experiment ? this.settings(whole.experiment) : nothing}
        <dt>run</dt>
        <dd class="id">${run.run}</dd>
      </dl>
      <label>
        Notes
        <textarea .value=${run.notes} maxlength="20000" @change=${this.write} @keydown=${this.key}></textarea>
        <span class="said" role="status">${this.said}</span>
      </label>
      <div class="acts">${this.open()} ${FORMS.map((form) => this.form(...form))}</div>
    `;
  }

  private figures(side: "train" | "test") {
    const words = Object.entries(this.run[side]);
    if (!words.length) return nothing;
    return html`<dt>${side}</dt>
      <dd>${words.map(([name, value], i) => html`${i ? ", " : ""}${metricName(name)} <span class="number">${figure(value)}</span>`)}</dd>`;
  }

  private settings(experiment: object) {
    const words = [...SHOWN, ...MORE]
      .map((path) => [path, setting(experiment, path)] as const)
      .filter(([path, value]) => SHOWN.includes(path) || this.unusual(value));
    return html`<dt>settings</dt>
      <dd>${words.map(([path, value]) => `${settingName(path)} ${written(value)}`).join(", ")}</dd>`;
  }

  private unusual(value: unknown): boolean {
    return value !== "constant" && !(Array.isArray(value) && !value.length) && value !== undefined;
  }

  private open() {
    const link = this.whole?.link;
    const why = "A run of your own script has no experiment that the lab could start.";
    return html`<a class="act" role="link" aria-disabled=${!link} title=${link || !this.whole ? "Start it anew in the lab" : why} href=${link ? `#e=${link}` : nothing}
      >Open in the lab</a
    >`;
  }

  private form(to: Form, title: string, needsExperiment: boolean) {
    const can = !needsExperiment || this.whole?.experiment;
    if (!can) return nothing;
    return html`<a class="act" href=${download(this.run.run, to)} download>${title}</a>`;
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation(); // the lab's own keys are letters too
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.target as HTMLElement).blur();
  }

  private async write(event: Event): Promise<void> {
    const { run } = this.run;
    this.said = "Saving …";
    const failure = await note(run, (event.target as HTMLTextAreaElement).value).then(
      () => "",
      (error: unknown) => String((error as Error).message),
    );
    if (this.run.run === run) this.said = failure || "Saved.";
    this.dispatchEvent(new CustomEvent("noted", { bubbles: true, composed: true }));
  }
}
