/** `<ls-chain-rule>`: a small network's forward and backward pass, phase by phase. Computes none of its numbers. */
import { html, LitElement, nothing, type PropertyValues, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import {
  type ChainData,
  chainOf,
  type Formula,
  formulasOf,
  known,
  sameWeight,
  type Weight,
  weightName,
  weightsOf,
} from "./chain-data";
import { BOX, type Column, type Layout, LINE, layoutOf, middle, PAD } from "./chain-layout";
import { chainStyle } from "./chain-style";
import { givenIn } from "./given";
import { printed } from "./printed";
import { type Sign, sign } from "./signs";

const MOST_WRITTEN = 12; // weights of a layer that are written on their lines
const WIDE = 68; // px between columns, below which there is no room for a number
const HELP = "Point at a line, or press ↑ and ↓ in the drawing, to see the product that is its gradient.";

@customElement("ls-chain-rule")
export class ChainRule extends LitElement {
  static override styles = [shared, chainStyle];
  @property({ attribute: false }) data: ChainData | null = null;
  @state() private phase = 0;
  @state() private row = 0;
  @state() private chosen: Weight | null = null;
  @state() private place = 640;
  private readonly resized = new ResizeObserver(([entry]) => {
    this.place = Math.floor(entry!.contentRect.width) - 8; // within its padding
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.data ??= givenIn<ChainData>(this);
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  // what the phase is about is on screen, where the drawing is wider than that
  protected override updated(changed: PropertyValues): void {
    if (!this.data || !changed.has("phase")) return;
    const { columns, height } = layoutOf(this.data, this.place);
    const column = columns.find(({ stages }) =>
      stages.some(({ at }) => at === this.data!.phases[this.phase]!.stage),
    );
    const drawing = this.renderRoot.querySelector(".drawing");
    if (!drawing || !column) return;
    drawing.scrollLeft = column.x + BOX / 2 - this.place / 2;
    if (changed.get("phase") === undefined) drawing.scrollTop = (height - drawing.clientHeight) / 2;
  }

  protected override render() {
    const { data } = this;
    if (!data) return html`<slot></slot>`;
    const layout = layoutOf(data, this.place);
    return html`${this.bar(data)}
      <div class="drawing">
        <svg
          width=${layout.width}
          height=${layout.height}
          role="application"
          tabindex="0"
          aria-label="Network of ${data.stages.length - 1} steps. Left and right go through the phases, up and down through the weights."
          aria-describedby="phase chain"
          @keydown=${this.key}
        >
          ${this.lines(layout)} ${layout.columns.map((column) => this.column(data, column))}
          ${this.loss(data, layout)}
        </svg>
      </div>
      <div class="panels">${this.told(data)}${this.factors(data)}</div>`;
  }

  private bar(data: ChainData) {
    const last = data.phases.length - 1;
    const button = (name: string, drawn: Sign, to: number, off: boolean) =>
      html`<button aria-label=${name} title=${name} ?disabled=${off} @click=${() => this.go(to)}>${sign(drawn)}</button>`;
    return html`<div class="bar" role="group" aria-label="Phases">
      ${button("First phase", "first", 0, this.phase === 0)} ${button("Back", "back", this.phase - 1, this.phase === 0)}
      ${button("Forward", "on", this.phase + 1, this.phase === last)}
      ${button("Last phase", "last", last, this.phase === last)}
      <input
        type="range"
        min="0"
        max=${last}
        aria-label="Phase"
        aria-valuetext=${data.phases[this.phase]!.title}
        .value=${String(this.phase)}
        @input=${(event: Event) => this.go(Number((event.target as HTMLInputElement).value))}
      />
      <span class="count number">${this.phase + 1} / ${last + 1}</span>
      ${data.rows > 1 ? this.rows(data) : nothing}
    </div>`;
  }

  private rows(data: ChainData) {
    return html`<label
      >row
      <select @change=${(event: Event) => (this.row = Number((event.target as HTMLSelectElement).value))}>
        ${Array.from({ length: data.rows }, (_, row) => html`<option value=${row} ?selected=${row === this.row}>${row}</option>`)}
      </select></label
    >`;
  }

  private lines(layout: Layout) {
    return layout.columns.slice(1).map((column, i) => {
      const before = layout.columns[i]!;
      const { stage, at } = column.stages[0]!;
      const table = stage.weight ?? [];
      const largest = Math.max(...table.flat().map(Math.abs), 1e-30);
      const written = table.flat().length <= MOST_WRITTEN && layout.gap >= WIDE;
      return table.map((row, unit) =>
        row.map((weight, entry) => {
          const place: Weight = { stage: at, unit, entry };
          const [x0, y0, x1, y1] = [before.x + BOX, middle(before, entry), column.x, middle(column, unit)];
          const way = `M${x0} ${y0}L${x1} ${y1}`;
          const chosen = sameWeight(place, this.chosen);
          const name = `${weightName(stage)}[${unit},${entry}] = ${printed(weight)}`;
          return svg`<path class="weight ${weight < 0 ? "negative" : ""} ${chosen ? "chosen" : ""}" d=${way}
              stroke-width=${chosen ? 4 : 0.5 + (2.5 * Math.abs(weight)) / largest}></path>
            ${written ? svg`<text class="halo" x=${x0 + 0.6 * (x1 - x0)} y=${y0 + 0.6 * (y1 - y0) + 4}>${printed(weight)}</text>` : nothing}
            <path class="reach" d=${way} @pointerenter=${() => (this.chosen = place)} @click=${() => (this.chosen = place)}>
              <title>${name}</title>
            </path>`;
        }),
      );
    });
  }

  private column(data: ChainData, column: Column) {
    const names = column.stages.map(({ stage }) => (stage.kind === "input" ? "inputs" : stage.name));
    const [head] = column.stages;
    const name = `${head!.stage.path} ${names.join(" · ")}`.trim();
    return svg`<text class="name" x=${column.x + BOX / 2} y="12">${name}</text>
      ${column.ys.map((y, unit) => this.unit(data, column, y, unit))}`;
  }

  private unit(data: ChainData, column: Column, y: number, unit: number) {
    const { stage, way } = data.phases[this.phase]!;
    const lit = column.stages.some(({ at }) => at === stage) ? way : "";
    return svg`<rect class=${lit} x=${column.x + 0.5} y=${y + 0.5} width=${BOX - 1} height=${column.height - 1} rx="3"></rect>
      ${column.stages.map(({ stage: { symbol, values, gradient }, at }, k) => {
        const top = y + PAD + 2 * k * LINE + 12;
        const value = known(data, this.phase, at, "value") ? printed(values[this.row]![unit]!) : "";
        const back = known(data, this.phase, at, "gradient") ? printed(gradient[this.row]![unit]!) : "";
        return svg`<text x=${column.x + 6} y=${top}>${symbol}[${unit}]</text>
          <text class="value" x=${column.x + BOX - 6} y=${top}>${value}</text>
          ${back ? svg`<text class="back" x=${column.x + 6} y=${top + LINE}>∂L/∂${symbol}</text>` : nothing}
          <text class="value back" x=${column.x + BOX - 6} y=${top + LINE}>${back}</text>`;
      })}`;
  }

  private loss(data: ChainData, { columns, loss }: Layout) {
    const last = columns.at(-1)!;
    const y = (middle(last, 0) + middle(last, last.ys.length - 1)) / 2;
    const told = known(data, this.phase, data.stages.length - 1, "loss");
    return svg`${last.ys.map(
      (_, unit) =>
        svg`<path class="of-loss stroke" d="M${last.x + BOX} ${middle(last, unit)}L${loss - 6} ${y}"></path>`,
    )}
      <text class="of-loss" x=${loss} y=${y + 4}>L${told ? ` = ${printed(data.loss.value)}` : ""}</text>`;
  }

  private told(data: ChainData) {
    const phase = data.phases[this.phase]!;
    return html`<section class="panel" tabindex="0" aria-label="Phase">
      <h3 class=${phase.way}>${phase.way === "loss" ? "" : `${phase.way}: `}${phase.title}</h3>
      <p id="phase" aria-live="polite">${phase.text}</p>
      <ol>${formulasOf(data, phase, this.row).map(written)}</ol>
    </section>`;
  }

  private factors(data: ChainData) {
    const { chosen } = this;
    const stage = chosen && data.stages[chosen.stage]!;
    const back = chosen && known(data, this.phase, chosen.stage, "parameters");
    return html`<section class="panel" tabindex="0" aria-label="Chain of factors">
      ${
        chosen && stage
          ? html`<h3>${weightName(stage)}[${chosen.unit},${chosen.entry}] = ${printed(stage.weight![chosen.unit]![chosen.entry]!)}</h3>
            <p id="chain" aria-live="polite">${back ? "Its gradient, as a product of what lies on the way to the loss:" : "Its gradient will be, once the backward pass has come here:"}</p>
            <ol>${chainOf(data, chosen, this.row).map(written)}</ol>`
          : html`<h3>Chain of factors</h3><p id="chain">${HELP}</p>`
      }
    </section>`;
  }

  private go(to: number): void {
    this.phase = Math.min(this.data!.phases.length - 1, Math.max(0, to));
  }

  private key(event: KeyboardEvent): void {
    const phases = { ArrowRight: this.phase + 1, ArrowLeft: this.phase - 1, Home: 0, End: Infinity }[
      event.key
    ];
    const weights = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (phases === undefined && weights === undefined) return;
    event.preventDefault();
    if (phases !== undefined) this.go(phases);
    else this.step(weights!);
  }

  private step(by: number): void {
    const all = weightsOf(this.data!);
    const at = all.findIndex((each) => sameWeight(each, this.chosen));
    this.chosen = all[at < 0 ? 0 : (at + by + all.length) % all.length]!;
  }
}

function written({ left, symbols, numbers, value }: Formula) {
  return html`<li>
    <span>${left}</span><span class="symbols">= ${symbols}</span>${numbers && numbers !== value ? html`<span>= ${numbers}</span>` : nothing}<span>= ${value}</span>
  </li>`;
}
