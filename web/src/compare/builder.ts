/** Chooses what one more column changes: a common change at a click, or any setting. Starts nothing by itself. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../controls/box";
import "../controls/choice";
import type { Setting } from "../controls/control";
import { type Field, type Plain, valueAt } from "../controls/field";
import "../controls/toggle";
import type { Experiment } from "../generated/wire";
import { type Fields, fields } from "../lab/schema";
import { shared } from "../look/shared";
import { changed } from "./differing";
import { offers } from "./offers";

/** What is to be changed in the new column. */
export interface Added {
  readonly path: string;
  readonly value: Plain;
}

/** Settings that are nothing to be varied by themselves. */
export const UNFIT = ["start.edits", "data.path", "data.target", "training.device", "training.amp", "name"];

@customElement("ls-compare-builder")
export class CompareBuilder extends LitElement {
  static override styles = [
    shared,
    css`
      :host,
      .offers {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: calc(2 * var(--unit));
      }
      label {
        align-items: center;
        display: flex;
        gap: calc(2 * var(--unit));
      }
      .setting > * {
        width: 18rem;
      }
    `,
  ];
  @property({ attribute: false }) experiment!: Experiment;
  /** Why the last change was refused, by the setting's path. */
  @property({ attribute: false }) refused: ReadonlyMap<string, string> = new Map();
  @state() private fields: Fields | null = null;
  @state() private path = "";
  @state() private value: Plain = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void fields().then((found) => {
      this.fields = found;
    });
  }

  protected override render() {
    const refusal = this.path ? "" : [...this.refused.values()].join(" ");
    return html`
      <span class="soft" id="with">From step 0, compare with</span>
      <div class="offers" role="group" aria-labelledby="with">
        ${offers(this.experiment).map(
          ({ label, path, value }) =>
            html`<button @click=${() => this.add({ path, value })}>${label}</button>`,
        )}
      </div>
      ${this.fields ? this.any(this.fields) : nothing}
      ${refusal ? html`<span class="trouble" role="alert">${refusal}</span>` : nothing}
    `;
  }

  // any setting: its value is written in the same control as beside the network, and judged by the server
  private any(known: Fields) {
    const field = this.path ? known.at(this.path) : null;
    return html`
      <label>
        <span class="soft">or</span>
        <select aria-label="Any setting" .value=${this.path} @change=${this.choose}>
          <option value="">any setting …</option>
          ${this.paths.map((path) => html`<option value=${path} ?selected=${path === this.path}>${path}</option>`)}
        </select>
      </label>
      ${
        field
          ? html`<div class="setting" @setting=${this.set}>${this.control(field)}</div>
              <button ?disabled=${!this.differs} @click=${() => this.add({ path: this.path, value: this.value })}>
                Compare
              </button>`
          : nothing
      }
    `;
  }

  private control(field: Field): TemplateResult {
    const refused = this.refused.get(field.path) ?? "";
    if (field.kind === "choice")
      return html`<ls-choice .field=${field} .value=${this.value} .refused=${refused}></ls-choice>`;
    if (field.kind === "toggle")
      return html`<ls-toggle .field=${field} .value=${this.value} .refused=${refused}></ls-toggle>`;
    return html`<ls-box .field=${field} .value=${this.value} .refused=${refused}></ls-box>`;
  }

  private get paths(): string[] {
    return settings(this.experiment).filter((path) => !UNFIT.includes(path));
  }

  private get differs(): boolean {
    return JSON.stringify(this.value) !== JSON.stringify(valueAt(this.experiment, this.path));
  }

  private choose(event: Event): void {
    this.path = (event.target as HTMLSelectElement).value;
    this.value = this.path ? valueAt(this.experiment, this.path) : null;
  }

  private set(event: CustomEvent<Setting>): void {
    event.stopPropagation();
    this.value = event.detail.value;
  }

  private add(detail: Added): void {
    this.dispatchEvent(new CustomEvent<Added>("add", { detail }));
  }
}

/** Paths of all settings of an experiment, in its own order. */
export function settings(section: object, prefix = ""): string[] {
  return Object.entries(section).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? settings(value, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

/** The experiment with a change and whatever must move along with it. */
export function withSettings(experiment: Experiment, all: Readonly<Record<string, Plain>>): Experiment {
  return Object.entries(all).reduce((now, [path, value]) => changed(now, path, value), experiment);
}
