/** A slider with a box for the exact number. Knows its scale, not what is set. */
import { css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { shared } from "../look/shared";
import { Control, row } from "./control";
import { PLACES, placeOf, type Said, type Scale, shown, typed, valueFor } from "./scale";

/** How long after its last move a slider shows what was asked rather than what is. */
const PATIENCE_MS = 400;

export const track = css`
  input[type="range"] {
    accent-color: var(--ink);
    appearance: none;
    background: none;
    border: 0;
    cursor: pointer;
    height: 1.5rem;
    margin: 0;
    min-height: 0;
    min-width: 0;
    padding: 0;
    width: 100%;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    background: var(--ink-soft);
    height: 1px;
  }
  input[type="range"]::-moz-range-track {
    background: var(--ink-soft);
    height: 1px;
  }
  input[type="range"]::-webkit-slider-thumb {
    appearance: none;
    background: var(--ink);
    border: 0;
    border-radius: 50%;
    height: 12px;
    margin-top: -6px;
    width: 12px;
  }
  input[type="range"]::-moz-range-thumb {
    background: var(--ink);
    border: 0;
    border-radius: 50%;
    height: 12px;
    width: 12px;
  }
`;

@customElement("ls-slider")
export class Slider extends Control {
  static override styles = [
    shared,
    row,
    track,
    css`
      .both {
        align-items: center;
        column-gap: calc(2 * var(--unit));
        display: grid;
        grid-template-columns: minmax(0, 1fr) 3.75rem;
      }
      .both input:not([type="range"]) {
        font-family: var(--mono);
        font-size: var(--tiny);
        text-align: right;
      }
    `,
  ];
  @property({ attribute: false }) scale!: Scale;
  @state() private asked: { value: Said } | null = null;
  private waiting = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.waiting);
  }

  protected control() {
    const now = this.asked ? this.asked.value : (this.value as Said);
    return html`<div class="both">
      <input
        id="it"
        type="range"
        min="0"
        max=${PLACES}
        .value=${live(String(placeOf(now, this.scale)))}
        ?disabled=${this.disabled}
        aria-valuetext=${shown(now, this.scale)}
        aria-describedby="help"
        @input=${(event: Event) => this.moved(event, false)}
        @change=${(event: Event) => this.moved(event, true)}
      />
      <input
        inputmode="decimal"
        autocomplete="off"
        aria-label="${this.label || this.field.name}, exactly"
        aria-invalid=${this.refused ? "true" : "false"}
        aria-describedby=${this.refused ? "refused" : "help"}
        .value=${live(shown(now, this.scale))}
        ?disabled=${this.disabled}
        @change=${this.written}
        @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
      />
    </div>`;
  }

  private moved(event: Event, done: boolean): void {
    this.ask(valueFor(Number((event.target as HTMLInputElement).value), this.scale), done);
  }

  private written(event: Event): void {
    this.ask(typed((event.target as HTMLInputElement).value, this.scale), true);
  }

  // what comes back while a hand is on the slider is older than the hand
  private ask(value: Said, done: boolean): void {
    this.asked = { value };
    clearTimeout(this.waiting);
    if (done) this.waiting = window.setTimeout(() => (this.asked = null), PATIENCE_MS);
    this.say(value, done);
  }
}
