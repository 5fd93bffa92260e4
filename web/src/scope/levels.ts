/** One of a few levels, by a slider where they have an order, else by name. Knows not what is set. */
import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { written } from "../controls/box";
import { Control, row } from "../controls/control";
import type { Plain } from "../controls/field";
import { track } from "../controls/slider";
import { shared } from "../look/shared";

@customElement("ls-levels")
export class Levels extends Control {
  static override styles = [
    shared,
    row,
    track,
    css`
      .both {
        align-items: center;
        column-gap: calc(2 * var(--unit));
        display: grid;
        grid-template-columns: minmax(0, 1fr) 4.5rem;
      }
      :disabled {
        cursor: default;
        opacity: 0.5;
      }
      output {
        font-family: var(--mono);
        font-size: var(--tiny);
        text-align: right;
      }
    `,
  ];
  @property({ attribute: false }) levels: readonly Plain[] = [];

  protected control() {
    const at = Math.max(
      0,
      this.levels.findIndex((level) => same(level, this.value)),
    );
    return ordered(this.levels) ? this.slider(at) : this.names(at);
  }

  private slider(at: number) {
    const now = said(this.levels[at] ?? null);
    return html`<div class="both">
      <input
        id="it"
        type="range"
        min="0"
        max=${this.levels.length - 1}
        step="1"
        .value=${live(String(at))}
        ?disabled=${this.disabled}
        aria-valuetext=${now}
        aria-describedby="help"
        @input=${(event: Event) => this.choose(event, false)}
        @change=${(event: Event) => this.choose(event, true)}
      />
      <output aria-hidden="true">${now}</output>
    </div>`;
  }

  private names(at: number) {
    return html`<select
      id="it"
      aria-describedby="help"
      ?disabled=${this.disabled}
      @change=${(event: Event) => this.choose(event, true)}
    >
      ${this.levels.map((level, i) => html`<option value=${i} .selected=${live(i === at)}>${said(level)}</option>`)}
    </select>`;
  }

  private choose(event: Event, done: boolean): void {
    this.say(this.levels[Number((event.target as HTMLInputElement).value)] ?? null, done);
  }
}

/** Whether levels are numbers, or lists of numbers such as the widths of a network. */
export function ordered(levels: readonly Plain[]): boolean {
  const number = (level: Plain) =>
    typeof level === "number" || (Array.isArray(level) && typeof level[0] === "number");
  return levels.length > 1 && levels.every(number);
}

export const same = (a: Plain, b: Plain) => JSON.stringify(a) === JSON.stringify(b);
const said = (level: Plain) =>
  level === null ? "none" : typeof level === "boolean" ? (level ? "on" : "off") : written(level);
