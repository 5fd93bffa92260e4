/** Names and values of a chart's lines, in a box whose width never changes. Draws no line. */
import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { after } from "../../heard/series";
import { shared } from "../../look/shared";
import type { Line } from "./lines";
import { figures } from "./scale";
import { strokeOf } from "./stroke";

@customElement("ls-legend")
export class Legend extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        font-size: var(--tiny);
        max-height: 100%;
        overflow: auto;
        padding-left: calc(2 * var(--unit));
      }
      table {
        border-collapse: collapse;
      }
      td,
      th {
        font-weight: 400;
        padding: 1px 0;
        text-align: left;
        white-space: nowrap;
      }
      th {
        max-width: 9rem;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      td.number {
        min-width: 10ch;
        padding-left: calc(2 * var(--unit));
        text-align: right;
      }
      i {
        border-top: 2px solid;
        display: inline-block;
        margin-right: var(--unit);
        vertical-align: middle;
        width: 1rem;
      }
      i.dashed {
        border-top-style: dashed;
      }
    `,
  ];
  @state() private lines: readonly Line[] = [];
  @state() private step: number | null = null;
  @state() private beat = 0; // points are added in place, so that only a count tells of new ones

  show(lines: readonly Line[], step: number | null): void {
    this.lines = lines;
    this.step = step;
    this.beat++;
  }

  read(step: number | null): void {
    this.step = step;
  }

  /** The values in words, for somebody who hears the page. */
  words(): string {
    return this.lines.map((line) => `${line.label} ${this.value(line)}`).join(", ");
  }

  private value({ points: { steps, values } }: Line): string {
    return figures(this.step === null ? values.at(-1) : values[after(steps, this.step) - 1]);
  }

  private newest(): number | undefined {
    const ends = this.lines.map(({ points }) => points.steps.at(-1) ?? 0);
    return ends.length ? Math.max(...ends) : undefined;
  }

  protected override render() {
    const step = this.step ?? this.newest();
    return html`<table data-beat=${this.beat}>
      <tr class="soft">
        <th>step</th>
        <td class="number">${step === undefined ? "–" : Math.round(step)}</td>
      </tr>
      ${this.lines.map(
        (line) => html`<tr>
          <th scope="row" title=${line.label}>
            <i class=${line.dashed ? "dashed" : ""} .style=${`border-color: ${strokeOf(line)}`}></i>${line.label}
          </th>
          <td class="number">${this.value(line)}</td>
        </tr>`,
      )}
    </table>`;
  }
}
