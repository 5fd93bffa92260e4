/** The confusion matrix: rows counted by true class and class said. Counts nothing by itself. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../../look/shared";
import type { Grid } from "../../wire/arrays";

/** More do not fit; the metrics say the rest. */
export const MOST_CLASSES = 12;

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
      th {
        font-weight: 400;
        max-width: 3.25rem;
        overflow: hidden;
        padding: 0 var(--unit);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .several th {
        max-width: 2.5rem;
      }
      tr > th:first-child {
        max-width: 6.25rem;
        padding-left: 0;
        text-align: left;
      }
      thead th:first-child {
        color: var(--ink-soft);
      }
      td {
        background: color-mix(in srgb, var(--ink) calc(28% * var(--share, 0)), transparent);
        border: 1px solid var(--rule);
        font-family: var(--mono);
        height: var(--cell, 1.25rem);
        min-width: var(--cell, 2.25rem);
        padding: 0 var(--unit);
        text-align: right;
      }
      td.right {
        border-color: var(--ink-soft);
      }
      .narrow td {
        min-width: var(--cell, 1.5rem);
      }
      @container output (min-width: 40rem) {
        th,
        .several th,
        tr > th:first-child {
          max-width: 9rem;
        }
        td {
          height: var(--cell, 1.75rem);
        }
      }
      /* as large as its box allows, beside the names of the classes */
      :host([large]) table {
        --cell: min(4rem, (100cqw - 6rem) / var(--classes), (100cqh - 1.5rem) / var(--classes));
      }
      :host([large]) td {
        padding: 0;
        text-align: center;
      }
      @container (min-width: 30rem) and (min-height: 30rem) {
        :host([large]) {
          font-size: var(--body);
        }
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
    return html`<table class=${size > 5 ? "several narrow" : size > 2 ? "several" : ""} .style=${`--classes: ${size}`}>
      <caption class="visually-hidden">${this.side} rows by true class, downwards, and class said, across</caption>
      <thead>
        <tr><th>true ↓ said →</th>${names.map((name) => html`<th scope="col" title=${name}>${name}</th>`)}</tr>
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
