/** Tiles side by side, each a link to its experiment; arrow keys go between them. Asks for nothing and trains nothing. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, queryAll, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { settingName } from "../compare/headings";
import { figures } from "../figures/output/number";
import { fit, Sizes } from "../figures/sizes";
import { shared } from "../look/shared";
import { gridStyle } from "./grid-style";
import { Painter } from "./paint";
import { grid, type Look, neighbour, type Shown, titleOf } from "./shown";

const LEAST_REM = 4; // of a tile's side: smaller ones show nothing
const AROUND_REM = 17; // what stands above and below the tiles: the rest of the screen is theirs
const WORDS_REM = 2; // under each of them
const WORDS: Record<Look["state"], string> = {
  training: "",
  finished: "■ finished",
  stopped: "▪ stopped",
  diverged: "✕ diverged",
  failed: "✕ failed",
};

@customElement("ls-sweep-grid")
export class SweepGrid extends LitElement {
  static override styles = [shared, gridStyle];
  @property({ attribute: false }) shown!: Shown;
  @state() private focused = 0;
  @queryAll(".tile") private tiles!: NodeListOf<HTMLElement>;
  @queryAll("canvas") private canvases!: NodeListOf<HTMLCanvasElement>;
  private readonly painter = new Painter();
  private readonly sizes = new Sizes(() => this.paint());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sizes.clear();
  }

  /** Draw all tiles as they stand in `shown`. Words change with it, pictures by this alone. */
  paint(shown: Shown = this.shown): void {
    const [first] = this.canvases;
    if (!first) return;
    const [width, height] = this.sizes.of(first.parentElement!); // all are of one size
    if (!width) return;
    for (const canvas of this.canvases) {
      fit(canvas, width, height);
      const pen = canvas.getContext("2d");
      if (pen) this.painter.draw(pen, width, height, shown.look(Number(canvas.dataset.point)), shown);
    }
  }

  protected override updated(): void {
    this.paint();
  }

  protected override render() {
    const { shown } = this;
    const layout = grid(shown);
    const columns = layout ? layout.columns : Math.min(shown.points, 8);
    const names = layout?.rows && shown.factors.length > 1 ? "minmax(2.5rem, max-content) " : "";
    const rows = layout?.rows ?? Math.ceil(shown.points / columns);
    const side = `clamp(7rem, calc((100dvh - ${AROUND_REM}rem) / ${rows} - ${WORDS_REM}rem), 22rem)`; // all are seen at once
    const template = `${names}repeat(${columns}, minmax(${LEAST_REM}rem, ${side}))`;
    return html`
      ${layout ? this.axes() : nothing}
      <div
        class="grid"
        role="group"
        aria-label="Tiles: arrow keys go between them, Enter opens one in the lab"
        .style=${`grid-template-columns: ${template}`}
        @keydown=${this.pressed}
      >
        ${layout ? this.rows(layout.columns, layout.rows) : this.all()}
      </div>
    `;
  }

  private axes() {
    const [along, down] = this.shown.factors;
    return html`<p class="axis">
      <b>${settingName(along!.field)}</b> along${down ? html`, <b>${settingName(down.field)}</b> down` : nothing}
    </p>`;
  }

  private rows(columns: number, rows: number) {
    const [along, down] = this.shown.factors;
    const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
    return html`
      ${down ? html`<span></span>` : nothing}
      ${along!.levels.map((level) => html`<span class="along">${level}</span>`)}
      ${numbers(rows).map(
        (row) => html`
          ${down ? html`<span class="down">${down.levels[row]}</span>` : nothing}
          ${numbers(columns).map((column) => this.tile(column * rows + row, false))}
        `,
      )}
    `;
  }

  private all() {
    return Array.from({ length: this.shown.points }, (_, point) => this.tile(point, true));
  }

  private tile(point: number, named: boolean) {
    const { shown } = this;
    const look = shown.look(point);
    const best = shown.best === point;
    const mark = best ? "★ best" : WORDS[look.state];
    const title = titleOf(shown, point);
    return html`<a
      class=${classMap({ tile: true, best, diverged: look.state === "diverged" || look.state === "failed" })}
      href=${`#e=${shown.link(point)}`}
      tabindex=${point === this.focused ? 0 : -1}
      data-point=${point}
      title=${`${title}: open in the lab`}
      aria-label=${`${title}: ${lossOf(look)}${mark ? `, ${mark.slice(2)}` : ""}${spread(shown, point)}`}
      @focus=${() => {
        this.focused = point;
      }}
    >
      <div class="picture"><canvas aria-hidden="true" data-point=${point}></canvas></div>
      ${named ? html`<span class="levels">${title}</span>` : nothing}
      <span class="said"
        ><span class="loss">${figures(look.test ?? look.train)}</span><span class="mark">${mark}</span></span
      >
    </a>`;
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const layout = grid(this.shown) ?? { columns: this.shown.points, rows: 1 };
    const next = neighbour(this.focused, event.key, layout.columns, layout.rows);
    if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") {
      event.preventDefault(); // the lab's own arrow keys take steps
      event.stopPropagation();
    }
    if (next === this.focused) return;
    this.focused = next;
    for (const tile of this.tiles) if (tile.dataset.point === String(next)) tile.focus();
  };
}

function lossOf({ test, train }: Look): string {
  if (test !== null) return `test loss ${figures(test)}`;
  return train === null ? "no loss yet" : `loss ${figures(train)}`;
}

function spread(shown: Shown, point: number): string {
  const standing = shown.seeds > 1 ? shown.standings.get(point) : undefined;
  return standing ? `; median of ${standing.runs} seeds ${figures(standing.median)}` : "";
}
