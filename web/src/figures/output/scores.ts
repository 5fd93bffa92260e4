/** Loss and metrics of train and test in fixed-width figures. Its cells are written as they are heard; computes none. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Lane } from "../../heard/heard";
import { shared } from "../../look/shared";
import { figures } from "./number";

const NAMES: Record<string, string> = {
  accuracy: "accuracy",
  r2: "R²",
  mae: "MAE",
  rmse: "RMSE",
  perplexity: "perplexity",
};

interface Row {
  readonly name: string;
  readonly key: string; // of what instrument
  readonly from: "loss" | "metrics";
}

@customElement("ls-scores")
export class Scores extends LitElement {
  static override styles = [
    shared,
    css`
      table {
        border-collapse: collapse;
        font-size: var(--tiny);
        table-layout: fixed;
        width: 100%;
      }
      th {
        color: var(--ink-soft);
        font-weight: 400;
        text-align: left;
      }
      thead th {
        text-align: right;
      }
      thead th:first-child {
        text-align: left;
      }
      td {
        font-family: var(--mono);
        text-align: right;
        white-space: nowrap;
      }
      tbody tr:first-child th,
      tbody tr:first-child td {
        border-top: 1px solid var(--rule);
      }
      th,
      td {
        height: 1.25rem;
        padding: 0;
      }
      th:first-child {
        width: 3rem;
      }
      /* metrics downwards, sides across: narrow, so that something has room beside it */
      :host([upright]) table {
        display: grid;
        grid-auto-columns: minmax(4rem, auto);
        grid-auto-flow: column;
        grid-template-rows: repeat(var(--rows), 1.25rem);
      }
      :host([upright]) :is(thead, tbody, tr) {
        display: contents;
      }
      :host([upright]) :is(th, td) {
        border: 0;
        width: auto;
      }
      :host([upright]) thead th {
        padding-right: calc(2 * var(--unit));
        text-align: left;
      }
      :host([upright]) tbody th {
        text-align: right;
      }
      :host([upright]) tr > :first-child {
        border-bottom: 1px solid var(--rule);
      }
    `,
  ];
  @state() private rows: readonly Row[] = [{ name: "loss", key: "", from: "loss" }];
  @state() private tested = false;
  private lane: Lane | null = null;

  /** Write what a lane's last readings say. Cheap enough for every frame. */
  show(lane: Lane): void {
    this.lane = lane;
    const keys = Object.keys(NAMES).filter(
      (key) => lane.measured.get("metrics")?.values[`train_${key}`] !== undefined,
    );
    const tested = lane.measured.get("loss")?.values.test !== undefined;
    if (keys.length + 1 !== this.rows.length || keys.some((key, i) => this.rows[i + 1]!.key !== key))
      this.rows = [this.rows[0]!, ...keys.map((key): Row => ({ name: NAMES[key]!, key, from: "metrics" }))];
    this.tested = tested;
    this.write();
  }

  protected override updated(): void {
    this.write();
  }

  private write(): void {
    const { lane } = this;
    if (!lane) return;
    for (const cell of this.renderRoot.querySelectorAll("td")) {
      const [from, side, key] = cell.dataset.of!.split(" ") as [string, string, string];
      const values = lane.measured.get(from)?.values ?? {};
      const text = figures(values[from === "loss" ? side : `${side}_${key}`]);
      if (cell.textContent !== text) cell.textContent = text;
    }
  }

  protected override render() {
    const sides = this.tested ? ["train", "test"] : ["train"];
    // roles in so many words: laid out as a grid, a table may lose them
    return html`<table role="table" .style=${`--rows: ${this.rows.length + 1}`}>
      <thead role="rowgroup">
        <tr role="row"><th role="columnheader" scope="col"><span class="visually-hidden">rows</span></th>${this.rows.map((row) => html`<th role="columnheader" scope="col">${row.name}</th>`)}</tr>
      </thead>
      <tbody role="rowgroup">
        ${sides.map(
          (side) => html`<tr role="row">
            <th role="rowheader" scope="row">${side}</th>
            ${this.rows.map((row) => html`<td role="cell" data-of="${row.from} ${side} ${row.key}">${nothing}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>`;
  }
}
