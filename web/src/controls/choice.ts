/** One of several names. */
import { html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { Control } from "./control";

@customElement("ls-choice")
export class Choice extends Control {
  /** Names that may be chosen now; all of the field's where none are given. */
  @property({ attribute: false }) names: readonly string[] = [];

  protected control() {
    const names = this.names.length ? this.names : this.field.choices;
    return html`<select
      id="it"
      aria-describedby="help"
      ?disabled=${this.disabled}
      .value=${live(String(this.value))}
      @change=${(event: Event) => this.say((event.target as HTMLSelectElement).value, true)}
    >
      ${names.map((name) => html`<option value=${name} ?selected=${name === this.value}>${name}</option>`)}
    </select>`;
  }
}
