/** A line chart: hover to read, drag to zoom, save. Draws what it is shown and knows no source and no instrument. */
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type uPlot from "uplot";
import { shared } from "../../look/shared";
import { chartStyle } from "./chart-style";
import { csvOfLines } from "./csv";
import "./download";
import "./legend";
import type { Legend } from "./legend";
import { type ChartSpec, columns, span } from "./lines";
import { picture } from "./picture";
import { makePlot, type PlotHost } from "./plot";
import { type Format, savePicture, saveText } from "./save";
import { figures, type Range } from "./scale";
import { FONTS } from "./shapes";
import { ink } from "./stroke";

const NOTHING: ChartSpec = { title: "", unit: "", lines: [] };
const PAUSE_MS = 60; // lines are read, not watched: some drawings a second are enough

@customElement("ls-chart")
export class Chart extends LitElement implements PlotHost {
  static override styles = [shared, chartStyle];
  @property() heading = "";
  @property() unit = "";
  @property({ type: Boolean }) log = false;
  /** What to say where there is nothing to draw. */
  @property() waiting = "";
  @state() private zoomed: Range | null = null;
  @state() private empty = true;
  spec: ChartSpec = NOTHING;
  private plot: uPlot | null = null;
  private made = "";
  private all: Range = [0, 1];
  private drawn = 0;
  private later = 0;
  private hovered: number | null = null;
  private readonly resized = new ResizeObserver(() => this.resize());

  get steps(): Range {
    return this.zoomed ?? this.all;
  }

  /** Draw this from now on. May be called every frame. */
  show(spec: ChartSpec): void {
    this.spec = spec;
    const wait = this.drawn + PAUSE_MS - performance.now();
    if (wait <= 0) this.draw();
    else if (!this.later) this.later = window.setTimeout(() => this.draw(), wait);
  }

  zoom(steps: Range | null): void {
    this.zoomed = steps;
    this.dispatchEvent(new CustomEvent("zoomed", { detail: steps, bubbles: true, composed: true }));
    this.draw();
  }

  read(step: number | null): void {
    this.hovered = step;
    this.legend?.read(step ?? this.spec.shown ?? null);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.later);
    this.later = 0;
    this.resized.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.made = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // a canvas draws with another font until ours is there
    void document.fonts?.load(`12px ${FONTS.mono}`).then(() => this.plot?.redraw(false, true));
  }

  protected override updated(changed: PropertyValues): void {
    this.resized.observe(this.ground);
    if (changed.has("log")) this.draw();
  }

  private get ground(): HTMLElement {
    return this.renderRoot.querySelector(".plot")!;
  }

  private get legend(): Legend | null {
    return this.renderRoot.querySelector("ls-legend");
  }

  private draw(): void {
    clearTimeout(this.later);
    this.later = 0;
    if (!this.isConnected || !this.hasUpdated) return;
    this.drawn = performance.now();
    this.all = span(this.spec.lines);
    this.empty = !this.spec.lines.some(({ points }) => points.steps.length);
    const plot = this.madePlot();
    if (!plot) return;
    const data = columns(this.spec.lines, this.steps, this.log, 2 * plot.width);
    plot.setData(data as uPlot.AlignedData);
    this.legend?.show(this.spec.lines, this.hovered ?? this.spec.shown ?? null);
  }

  // another set of lines or another scale needs another plot; new points do not
  private madePlot(): uPlot | null {
    const key = JSON.stringify([this.log, this.spec.lines.map(({ label, dashed }) => [label, dashed])]);
    if (this.plot && key === this.made) return this.plot;
    if (!this.plot && !this.spec.lines.length) return null; // axes of nothing say nothing
    const { clientWidth: width, clientHeight: height } = this.ground;
    if (width < 40 || height < 40) return null;
    this.plot?.destroy();
    this.plot = makePlot(this, this.ground, { width, height });
    this.made = key;
    return this.plot;
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.ground;
    if (this.plot && width >= 40 && height >= 40) this.plot.setSize({ width, height });
    else this.draw();
  }

  /** What the canvas says, in words. */
  private describe(): string {
    const parts = this.spec.lines.map(({ label, points }) => `${label} ${figures(points.values.at(-1))}`);
    return `${this.heading} by step, now: ${parts.join(", ") || "nothing yet"}`;
  }

  private focused(): void {
    this.ground.setAttribute("aria-label", this.describe());
  }

  private key(event: KeyboardEvent): void {
    const does: Record<string, () => void> = {
      ArrowLeft: () => this.move(event.shiftKey ? -10 : -1),
      ArrowRight: () => this.move(event.shiftKey ? 10 : 1),
      "+": () => this.closer(0.5),
      "-": () => this.closer(2),
      Escape: () => this.zoom(null),
    };
    const act = does[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  private move(by: number): void {
    const { plot } = this;
    const steps = plot?.data[0] as number[] | undefined;
    if (!plot || !steps?.length) return;
    const at = plot.cursor.idx ?? steps.length - 1;
    const next = Math.min(steps.length - 1, Math.max(0, at + by));
    plot.setCursor({ left: plot.valToPos(steps[next]!, "x"), top: 10 });
    this.ground.setAttribute("aria-label", `step ${steps[next]}: ${this.legend?.words() ?? ""}`);
  }

  private closer(factor: number): void {
    const [low, high] = this.steps;
    const middle = this.hovered ?? (low + high) / 2;
    const half = Math.max(1, ((high - low) / 2) * factor);
    const next: Range = [Math.max(this.all[0], middle - half), Math.min(this.all[1], middle + half)];
    this.zoom(next[0] <= this.all[0] && next[1] >= this.all[1] ? null : next);
  }

  private save({ detail }: CustomEvent<Format>): void {
    const name = this.heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    if (detail === "csv") saveText(csvOfLines(this.spec.lines, this.steps), `${name}.csv`, "text/csv");
    else
      void savePicture(
        picture(this.spec, this.steps, this.log, { width: 960, height: 480 }, ink()),
        detail,
        name,
      );
  }

  protected override render() {
    return html`
      <header>
        <h3>${this.heading}</h3>
        <span class="soft unit" title=${this.unit}>${this.unit}</span>
        <slot></slot>
        <button class="back" ?hidden=${!this.zoomed} @click=${() => this.zoom(null)}>show all</button>
        <button aria-pressed=${this.log} title="Logarithmic values" @click=${() => (this.log = !this.log)}>log</button>
        <ls-download what=${this.heading} @download=${this.save}></ls-download>
      </header>
      <div
        class="plot"
        tabindex="0"
        role="img"
        aria-label=${`${this.heading} by step`}
        aria-description="Left and right read values, plus and minus zoom, Escape shows all."
        @focus=${this.focused}
        @keydown=${this.key}
      ></div>
      ${this.empty && this.waiting ? html`<p class="soft waiting">${this.waiting}</p>` : nothing}
      <ls-legend></ls-legend>
    `;
  }
}
