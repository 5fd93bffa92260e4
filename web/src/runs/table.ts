/** The list of runs: any number of rows, of which those in sight are drawn. Fetches nothing and deletes nothing. */
import { html, LitElement, nothing, svg } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { shared } from "../look/shared";
import { type Column, loss, metric, type Sorting, turned } from "./order";
import type { Run } from "./record";
import { path } from "./spark";
import type { Sparks } from "./sparks";
import { tableStyle } from "./table-style";
import { inSight, moved, type Span, shown } from "./window";
import { count, figure, isTrouble, SIGNS, when } from "./words";

const [ROW_REM, NARROW_ROW_REM, NARROW_REM] = [2.25, 3.5, 44];
const [WIDTH, HEIGHT] = [96, 20]; // of a small picture, in its own units
const HEADINGS: readonly [Column | "curve" | "notes", string][] = [
  ["name", "Name"],
  ["status", "Status"],
  ["source", "Source"],
  ["started", "Started"],
  ["steps", "Steps"],
  ["loss", "Loss"],
  ["curve", ""],
  ["metric", "Metric"],
  ["notes", "Notes"],
];

/** How a row was chosen: it alone, it too (or no more), or all up to it. */
export type Choosing = "only" | "toggle" | "range";

@customElement("ls-runs-table")
export class RunsTable extends LitElement {
  static override styles = [shared, tableStyle];
  @property({ attribute: false }) runs: readonly Run[] = [];
  @property({ attribute: false }) sorting!: Sorting;
  @property({ attribute: false }) chosen: ReadonlySet<string> = new Set();
  @property({ attribute: false }) sparks!: Sparks;
  @property({ type: Number }) drawn = 0; // counts pictures that came, so that rows are drawn anew
  @property({ type: Boolean, reflect: true }) narrow = false;
  @state() private span: Span = { from: 0, to: 0 };
  @state() private active = ""; // the run the keyboard is on
  @query(".rows") private scroller!: HTMLElement;
  @query(".head") private head!: HTMLElement;
  private row = ROW_REM * 16;
  private anchor: { run: string; offset: number } | null = null; // first row in sight while scrolled
  private readonly resized = new ResizeObserver(() => this.measured());

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  private measured(): void {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.narrow = this.clientWidth < NARROW_REM * rem;
    this.row = (this.narrow ? NARROW_ROW_REM : ROW_REM) * rem;
    this.look();
  }

  // rows that came or went above must not move what somebody is reading
  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("runs") || !this.anchor || !this.hasUpdated) return;
    const at = this.runs.findIndex((run) => run.run === this.anchor!.run);
    if (at >= 0) this.keepAt = at * this.row + this.anchor.offset;
  }
  private keepAt: number | null = null;

  protected override updated(changed: Map<string, unknown>): void {
    if (this.keepAt !== null) this.scroller.scrollTop = this.keepAt;
    this.keepAt = null;
    if (changed.has("runs") || changed.has("narrow")) this.look();
  }

  /** Of the part in which rows scroll, beneath the headings. */
  private get height(): number {
    return this.scroller.clientHeight - this.head.offsetHeight;
  }

  private look(): void {
    if (!this.hasUpdated) return;
    const { scrollTop: top } = this.scroller;
    const span = inSight(top, this.height, this.row, this.runs.length);
    if (span.from !== this.span.from || span.to !== this.span.to) this.span = span;
    const first = this.runs[Math.floor(top / this.row)];
    this.anchor = top > 0 && first ? { run: first.run, offset: top % this.row } : null;
    this.sparks.want(this.runs.slice(span.from, span.to));
  }

  protected override render() {
    const active = this.runs.findIndex((run) => run.run === this.active);
    const inDom = active >= this.span.from && active < this.span.to;
    const rows = this.runs.slice(this.span.from, this.span.to);
    return html`
      <div
        role="grid"
        class="rows"
        tabindex="0"
        aria-label="Runs: arrow keys move, space chooses"
        aria-multiselectable="true"
        aria-rowcount=${this.runs.length + 1}
        aria-activedescendant=${inDom ? `row-${active}` : nothing}
        @scroll=${this.look}
        @keydown=${this.key}
      >
        <div class="line head" role="row" aria-rowindex="1">
          <span role="columnheader" class="check"><span class="visually-hidden">Chosen</span></span>
          ${HEADINGS.map((heading) => this.heading(...heading))}
        </div>
        <div class="whole" role="rowgroup" .style=${`height: ${this.runs.length * this.row}px`}>
          <div role="none" .style=${`transform: translateY(${this.span.from * this.row}px)`}>
            ${repeat(
              rows,
              (run) => run.run,
              (run, i) => this.line(run, this.span.from + i),
            )}
          </div>
        </div>
      </div>
    `;
  }

  private heading(column: Column | "curve" | "notes", title: string) {
    if (column === "curve" || column === "notes")
      return html`<span role="columnheader" class=${column}>${title || html`<span class="visually-hidden">Curve of the loss</span>`}</span>`;
    const sorted = this.sorting.column === column;
    const way = this.sorting.down ? "descending" : "ascending";
    return html`<span role="columnheader" class=${column} aria-sort=${sorted ? way : "none"}>
      <button @click=${() => this.tell("sort", turned(this.sorting, column))}>
        ${title}<span aria-hidden="true">${sorted ? (this.sorting.down ? "↓" : "↑") : ""}</span>
      </button>
    </span>`;
  }

  private line(run: Run, at: number) {
    const judged = metric(run);
    const chosen = this.chosen.has(run.run);
    return html`<div
      class="line"
      role="row"
      id="row-${at}"
      aria-rowindex=${at + 2}
      aria-selected=${chosen}
      ?data-active=${run.run === this.active}
      @click=${(event: MouseEvent) => this.clicked(event, run)}
    >
      <span role="gridcell" class="check"><i aria-hidden="true">${chosen ? "✓" : ""}</i></span>
      <span role="gridcell" class="name" title=${run.run}>${run.name}</span>
      <span role="gridcell" class="status ${isTrouble(run.status) ? "trouble" : ""}" title=${run.reason}>
        <span aria-hidden="true">${SIGNS[run.status] ?? ""}</span> ${run.status}
      </span>
      <span role="gridcell" class="source soft">${run.source}</span>
      <span role="gridcell" class="started soft" title=${new Date(run.started * 1000).toLocaleString()}>
        ${when(run.started)}
      </span>
      <span role="gridcell" class="steps number">${count(run.steps)}</span>
      <span role="gridcell" class="loss number">${figure(loss(run))}</span>
      <span role="gridcell" class="curve">${this.picture(run)}</span>
      <span role="gridcell" class="metric">
        <span class="number">${judged ? figure(judged.value) : ""}</span>
        <span class="soft">${judged?.name ?? ""}</span>
      </span>
      <span role="gridcell" class="notes soft">${run.notes}</span>
    </div>`;
  }

  private picture(run: Run) {
    const points = this.sparks.of(run);
    if (!points?.steps.length) return nothing;
    return html`<svg viewBox="0 -1 ${WIDTH} ${HEIGHT + 2}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path d=${path(points, WIDTH, HEIGHT)} />`}
    </svg>`;
  }

  private clicked(event: MouseEvent, run: Run): void {
    const box = (event.target as Element).closest(".check") !== null;
    this.active = run.run;
    const how: Choosing = event.shiftKey
      ? "range"
      : box || event.ctrlKey || event.metaKey
        ? "toggle"
        : "only";
    this.tell("choose", { run: run.run, how });
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.scroller) return; // a heading's own key
    const at = this.runs.findIndex((run) => run.run === this.active);
    const page = Math.max(1, Math.floor(this.height / this.row) - 1);
    const to = moved(event.key, at, this.runs.length, page);
    const run = this.runs[to ?? at];
    if (!run || (to === null && ![" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (to === null) this.tell("choose", { run: run.run, how: event.key === " " ? "toggle" : "only" });
    else this.go(run, to, event.shiftKey);
  }

  private go(run: Run, to: number, extend: boolean): void {
    this.active = run.run;
    this.scroller.scrollTop = shown(to, this.scroller.scrollTop, this.height, this.row);
    if (extend) this.tell("choose", { run: run.run, how: "range" });
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
