/** Yes or no. */
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { shared } from "../look/shared";
import { Control, row } from "./control";

@customElement("ls-toggle")
export class Toggle extends Control {
  static override styles = [
    shared,
    row,
    css`
      input {
        accent-color: var(--ink);
        height: 16px;
        margin: 0;
        min-height: 0;
        width: 16px;
      }
    `,
  ];

  protected control() {
    return html`<input
      id="it"
      type="checkbox"
      aria-describedby="help"
      ?disabled=${this.disabled}
      .checked=${live(this.value === true)}
      @change=${(event: Event) => this.say((event.target as HTMLInputElement).checked, true)}
    />`;
  }
}
