/** What can be set of one hidden layer: its units and its activation. Stands above the layer; sends nothing. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { fieldAt } from "../../controls/field";
import { shared } from "../../look/shared";
import { schema } from "../../wire/api";

@customElement("ls-layer-head")
export class LayerHead extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        font-size: var(--tiny);
        gap: var(--unit);
        justify-items: center;
        width: 100px;
      }
      div {
        display: flex;
      }
      button,
      input,
      select {
        font-size: var(--tiny);
        min-height: 1.5rem;
        padding: 0;
      }
      button {
        flex: none;
        width: 1.5rem;
      }
      input {
        border-inline: 0;
        border-radius: 0;
        font-family: var(--mono);
        text-align: center;
        width: 2.75rem;
      }
      div button:first-child {
        border-radius: 3px 0 0 3px;
      }
      div button:last-child {
        border-radius: 0 3px 3px 0;
      }
      select {
        max-width: 100%;
        padding: 0 var(--unit);
      }
    `,
  ];
  /** Of the layer, from 1. */
  @property({ type: Number }) layer = 1;
  @property({ type: Number }) units = 1;
  @property() activation = "";
  @state() private names: readonly string[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    void schema().then(
      ({ experiment }) => (this.names = fieldAt(experiment, "model.activation").choices),
      () => {},
    );
  }

  private say(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private typed(event: Event): void {
    const box = event.target as HTMLInputElement;
    const units = Number(box.value);
    if (Number.isInteger(units) && units >= 1) this.say("units", units);
    else this.requestUpdate();
  }

  protected override render() {
    const { layer, units } = this;
    const of = `hidden layer ${layer}`;
    return html`<div role="group" aria-label="units of ${of}">
        <button aria-label="one unit less in ${of}" ?disabled=${units <= 1} @click=${() => this.say("units", units - 1)}>−</button>
        <input aria-label="units of ${of}" inputmode="numeric" autocomplete="off" .value=${live(String(units))} @change=${this.typed} />
        <button aria-label="one unit more in ${of}" @click=${() => this.say("units", units + 1)}>+</button>
      </div>
      ${this.names.length ? this.choice(of) : html`<span class="soft">${this.activation || nothing}</span>`}`;
  }

  private choice(of: string) {
    return html`<select
      aria-label="activation of ${of}"
      .value=${live(this.activation)}
      @change=${(event: Event) => this.say("activation", (event.target as HTMLSelectElement).value)}
    >
      ${this.names.map((name) => html`<option ?selected=${name === this.activation}>${name}</option>`)}
    </select>`;
  }
}
