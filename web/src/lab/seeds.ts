/** The three seeds, each of which can be changed alone. */
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { explain } from "../controls/control";
import { typed } from "../controls/scale";
import { shared } from "../look/shared";
import { Panel } from "./panel";

const SEEDS = ["data", "init", "order"] as const;

@customElement("ls-seeds")
export class Seeds extends Panel {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .all {
        display: flex;
        gap: 2px;
      }
      label {
        color: var(--ink-soft);
        display: grid;
        font-size: var(--tiny);
        line-height: 1;
      }
      input {
        field-sizing: content;
        font: var(--small) / 1.2 var(--mono);
        max-width: 7rem;
        min-height: 1.25rem;
        min-width: 2.5rem;
        padding: 0 var(--unit);
        text-align: center;
        width: 2.5rem;
      }
      @supports (field-sizing: content) {
        input {
          width: auto;
        }
      }
      input[aria-invalid="true"] {
        border-color: var(--trouble);
      }
    `,
  ];

  protected override render() {
    return html`<div class="all" role="group" aria-label="seeds">${SEEDS.map((name) => this.one(name))}</div>`;
  }

  private one(name: (typeof SEEDS)[number]) {
    const path = `seed.${name}`;
    const help = this.fields ? `seed of ${name}: ${this.fields.at(path).help}. Changing it starts over.` : "";
    return html`<label title=${help}>${name}<input
        inputmode="numeric"
        autocomplete="off"
        aria-label="seed: ${name}"
        aria-invalid=${this.changing.refused.has(path) ? "true" : "false"}
        .value=${live(String(this.value(path) ?? 0))}
        @focus=${(event: Event) => explain(event.target!, help)}
        @blur=${(event: Event) => explain(event.target!, "")}
        @change=${(event: Event) => this.changing.set(path, typed((event.target as HTMLInputElement).value), true)}
      /></label>`;
  }
}
