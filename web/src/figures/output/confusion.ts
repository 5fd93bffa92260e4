/** The confusion matrix: rows counted by true class and class said. Counts nothing by itself. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../../look/shared";
import type { Grid } from "../../wire/arrays";

const MOST_CLASSES = 12; // more do not fit; the metrics say the rest

@customElement("ls-confusion")
export class Confusion extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        font-size: var(--tiny);
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
      }
      caption {
        color: var(--ink-soft);
        padding-bottom: var(--unit);
        text-align: left;
        white-space: nowrap;
      }
      th {
        font-weight: 400;
        max-width: 6rem;
        overflow: hidden;
        padding: 0 calc(1.5 * var(--unit));
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      th[scope="row"] {
        text-align: left;
      }
      td {
        background: color-mix(in srgb, var(--ink) calc(28% * var(--share, 0)), transparent);
        border: 1px solid var(--rule);
        font-family: var(--mono);
        height: 1.5rem;
        min-width: 2.25rem;
        padding: 0 var(--unit);
        text-align: right;
      }
      td.right {
        border-color: var(--ink-soft);
      }
      .narrow td {
        min-width: 1.5rem;
      }
    `,
  ];
  @property({ attribute: false }) classes: readonly string[] = [];
  @property() side = "";
  @state() private size = 0;
  private counts: Grid | null = null;

  /** Write counts (classes, classes), true class first. Cheap where they are the same. */
  show(counts: Grid | null): void {
    if (counts === this.counts) return;
    this.counts = counts;
    this.size = counts?.shape[0] ?? 0;
    this.write();
  }

  protected override updated(): void {
    this.write();
  }

  private write(): void {
    const { counts, size } = this;
    if (!counts) return;
    this.renderRoot.querySelectorAll("td").forEach((cell, i) => {
      const text = String(counts.data[i] ?? "");
      if (cell.textContent === text) return;
      cell.textContent = text;
      cell.style.setProperty("--share", String(share(counts, Math.floor(i / size), i)));
    });
  }

  protected override render() {
    const { size } = this;
    if (!size || size > MOST_CLASSES) return nothing;
    const names = Array.from({ length: size }, (_, k) => this.classes[k] ?? String(k));
    return html`<table class=${size > 5 ? "narrow" : ""}>
      <caption>${this.side} rows by true class ↓ and class said →</caption>
      <thead>
        <tr><th><span class="visually-hidden">true class</span></th>${names.map((name) => html`<th scope="col" title=${name}>${name}</th>`)}</tr>
      </thead>
      <tbody>
        ${names.map(
          (name, r) => html`<tr>
            <th scope="row" title=${name}>${name}</th>
            ${names.map((_, c) => html`<td class=${r === c ? "right" : ""}></td>`)}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

function share(counts: Grid, row: number, at: number): number {
  const size = counts.shape[1]!;
  let all = 0;
  for (let c = 0; c < size; c++) all += counts.data[row * size + c]!;
  return all ? counts.data[at]! / all : 0;
}
