/** What can be set of the whole network, and the layers' number. Knows no drawing; the server judges the values. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { type Field, fieldAt, type Plain, type Schema, valueAt } from "../../controls/field";
import type { Experiment } from "../../generated/wire";
import { shared } from "../../look/shared";
import { schema } from "../../wire/api";
import { added, canShape, removed, type Shape, settingsFor, shapeOf } from "./shaping";

const SET = ["model.init", "model.norm", "model.dropout", "model.residual"];

@customElement("ls-network-bar")
export class NetworkBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: var(--unit) calc(3 * var(--unit));
      }
      h2 {
        margin: 0;
      }
      .group,
      label {
        align-items: center;
        display: flex;
        font-size: var(--tiny);
        gap: var(--unit);
      }
      label {
        color: var(--ink-soft);
      }
      .group button {
        min-height: 1.5rem;
        padding: 0;
        width: 1.5rem;
      }
      select,
      input {
        color: var(--ink);
        font-size: var(--tiny);
        min-height: 1.5rem;
        padding: 0 var(--unit);
      }
      input:not([type]) {
        font-family: var(--mono);
        width: 2.5rem;
      }
      .count {
        min-width: 6.5rem;
        text-align: center;
      }
      select {
        max-width: 6.5rem;
      }
    `,
  ];
  @property({ attribute: false }) experiment: Experiment | null = null;
  @state() private schema: Schema | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    // a host without a server shows the network, and nothing to set
    void schema().then(
      ({ experiment }) => (this.schema = experiment),
      () => {},
    );
  }

  private change(settings: Record<string, unknown>): void {
    this.dispatchEvent(new CustomEvent("change-model", { detail: settings }));
  }

  private reshape(shape: Shape | null): void {
    if (shape && this.experiment) this.change(settingsFor(this.experiment, shape));
  }

  protected override render() {
    const { experiment } = this;
    return html`<h2>Network</h2>
      ${experiment && canShape(experiment) ? this.layers(experiment) : nothing}
      ${
        experiment && this.schema && experiment.model?.kind !== "linear"
          ? SET.map((path) => this.field(fieldAt(this.schema!, path), valueAt(experiment, path)))
          : nothing
      }
    `;
  }

  private layers(experiment: Experiment) {
    const shape = shapeOf(experiment);
    const count = shape.hidden.length;
    const [fewer, more] = [removed(shape), added(shape)];
    return html`<span class="group" role="group" aria-label="hidden layers">
      <button aria-label="remove the last hidden layer" title="remove the last hidden layer" ?disabled=${!fewer} @click=${() => this.reshape(fewer)}>−</button>
      <span class="count" aria-live="polite">${count} hidden layer${count === 1 ? "" : "s"}</span>
      <button aria-label="add a hidden layer" title="add a hidden layer" ?disabled=${!more} @click=${() => this.reshape(more)}>+</button>
    </span>`;
  }

  private field(field: Field, value: Plain) {
    const set = (value: Plain) => this.change({ [field.path]: value });
    return html`<label title=${field.help}>${field.name} ${this.control(field, value, set)}</label>`;
  }

  private control(field: Field, value: Plain, set: (value: Plain) => void) {
    if (field.kind === "choice")
      return html`<select .value=${live(String(value))} @change=${(event: Event) => set(target(event).value)}>
        ${field.choices.map((name) => html`<option ?selected=${name === value}>${name}</option>`)}
      </select>`;
    if (field.kind === "toggle")
      return html`<input type="checkbox" .checked=${live(value === true)} @change=${(event: Event) => set(target(event).checked)} />`;
    return html`<input inputmode="decimal" autocomplete="off" .value=${live(String(value))} @change=${(event: Event) => set(number(target(event).value))} />`;
  }
}

function target(event: Event): HTMLInputElement {
  return event.target as HTMLInputElement;
}

// what is no number goes as it was typed, for the server to refuse in its own words
function number(text: string): Plain {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() && Number.isFinite(value) ? value : text;
}
