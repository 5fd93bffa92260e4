/** `<ls-latest-runs>`: the runs that were recorded last, one line each. Knows no curve. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { ask } from "../wire/api";

interface Line {
  readonly run: string;
  readonly name: string;
  readonly steps: number;
  readonly started: number;
  readonly train: { readonly loss?: number | null };
}

const MOST = 5;

@customElement("ls-latest-runs")
export class LatestRuns extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        border-top: 1px solid var(--rule);
        font-weight: 400;
        padding: var(--unit) 0;
        text-align: left;
      }
      thead th {
        border: 0;
        color: var(--ink-soft);
        font-size: var(--tiny);
      }
      td,
      thead th + th {
        font-family: var(--mono);
        font-size: var(--tiny);
        padding-left: calc(2 * var(--unit));
        text-align: right;
      }
      tbody th {
        overflow-wrap: anywhere;
      }
      a {
        color: inherit;
      }
    `,
  ];
  @state() private lines: readonly Line[] | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    ask<Line[]>(`runs?limit=${MOST}`).then(
      (lines) => {
        this.lines = lines;
      },
      () => {
        this.lines = []; // the runs' own page says why
      },
    );
  }

  protected override render() {
    return html`<section aria-labelledby="runs">
      <h2 id="runs">Latest runs</h2>
      ${this.lines?.length ? this.table(this.lines) : this.none()}
    </section>`;
  }

  private none() {
    return this.lines ? html`<p class="soft">None yet. Every run of the lab is recorded.</p>` : nothing;
  }

  private table(lines: readonly Line[]) {
    return html`<table>
        <thead><tr><th scope="col">name</th><th scope="col">steps</th><th scope="col">loss</th></tr></thead>
        <tbody>${lines.map(
          (line) => html`<tr>
            <th scope="row">${line.name || line.run}</th>
            <td>${line.steps.toLocaleString("en")}</td>
            <td>${line.train.loss == null ? "–" : line.train.loss.toPrecision(3)}</td>
          </tr>`,
        )}</tbody>
      </table>
      <p><a href="lab.html#view=runs">All runs</a></p>`;
  }
}
