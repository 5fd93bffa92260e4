/** `<ls-architecture>`: width and depth of a model, drawn. Where they are changed here, only the drawing changes. */
import { css, html, LitElement, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { givenIn } from "./given";
import {
  type ArchitectureData,
  type Column,
  changedColumns,
  deeper,
  MOST_DEEP,
  MOST_WIDE,
  ownColumns,
  spaced,
  total,
} from "./widths";

const MOST_DRAWN = 12; // units of a column
const [PITCH, RADIUS, NARROWEST, HEAD, FOOT] = [22, 7, 112, 24, 80];

@customElement("ls-architecture")
export class ArchitectureFigure extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .bar {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: calc(2 * var(--unit)) calc(4 * var(--unit));
        margin-bottom: calc(2 * var(--unit));
      }
      label {
        color: var(--ink-soft);
      }
      input {
        font-family: var(--mono);
        width: 4.5rem;
      }
      .drawing {
        overflow-x: auto;
      }
      svg {
        display: block;
      }
      line {
        stroke: var(--ink-soft);
        stroke-opacity: 0.2;
      }
      circle {
        fill: var(--paper);
        stroke: var(--forward);
        stroke-width: 1.5;
      }
      text {
        fill: var(--ink-soft);
        font: var(--tiny) var(--sans);
        text-anchor: middle;
      }
      text.name {
        fill: var(--ink);
      }
      text.mono {
        font-family: var(--mono);
      }
      p {
        margin: calc(2 * var(--unit)) 0 0;
        min-height: 3.5em;
      }
    `,
  ];
  @property({ attribute: false }) data: ArchitectureData | null = null;
  @state() private asked: readonly number[] | null = null;
  @state() private place = 640;
  private readonly resized = new ResizeObserver(([entry]) => {
    this.place = Math.floor(entry!.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.data ??= givenIn<ArchitectureData>(this);
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override render() {
    const { data } = this;
    if (!data) return html`<slot></slot>`;
    const columns = this.asked ? changedColumns(data, this.asked) : ownColumns(data);
    return html`${data.plain_mlp ? this.bar(data) : nothing}
      <div class="drawing" tabindex="0" role="group" aria-label="Drawing">${this.drawing(columns)}</div>
      <p aria-live="polite">${this.words(data)}</p>`;
  }

  private bar(data: ArchitectureData) {
    const hidden = this.asked ?? data.hidden;
    return html`<div class="bar">
      <label
        >hidden layers
        <input type="number" min="0" max=${MOST_DEEP} .value=${String(hidden.length)} @change=${(event: Event) => this.change(deeper(hidden, read(event)))}
      /></label>
      ${hidden.map(
        (units, i) => html`<label
          >width${hidden.length > 1 ? ` ${i + 1}` : ""}
          <input type="number" min="1" max=${MOST_WIDE} .value=${String(units)} @change=${(event: Event) => this.widen(hidden, i, read(event))}
        /></label>`,
      )}
      ${this.asked ? html`<button @click=${() => (this.asked = null)}>the model's own</button>` : nothing}
    </div>`;
  }

  private drawing(columns: readonly Column[]) {
    const most = Math.max(...columns.map(({ units }) => Math.min(units ?? 1, MOST_DRAWN)));
    const [high, wide] = [
      most * PITCH,
      Math.max(NARROWEST, this.longest(columns), this.place / columns.length),
    ];
    const [width, height] = [Math.floor(wide * columns.length), HEAD + high + FOOT];
    const x = (i: number) => wide * (i + 0.5);
    const ys = columns.map(({ units }) => {
      const count = Math.min(units ?? 1, MOST_DRAWN);
      return Array.from({ length: count }, (_, k) => HEAD + high / 2 + (k - (count - 1) / 2) * PITCH);
    });
    const said = columns.map(({ name, units }) => `${name}${units === null ? "" : ` ${units}`}`).join(", ");
    return svg`<svg width=${width} height=${height} role="img" aria-label="Layers and their units: ${said}">
      ${columns.map(({ joined }, i) =>
        joined
          ? ys[i - 1]!.flatMap((a) =>
              ys[i]!.map((b) => svg`<line x1=${x(i - 1)} y1=${a} x2=${x(i)} y2=${b}></line>`),
            )
          : nothing,
      )}
      ${columns.map(
        (column, i) => svg`${ys[i]!.map((y) => svg`<circle cx=${x(i)} cy=${y} r=${RADIUS}></circle>`)}
        <text class="name" x=${x(i)} y="14">${column.name}</text>
        <text x=${x(i)} y=${HEAD + high + 16}>${unitsOf(column)}</text>
        <text class="mono" x=${x(i)} y=${HEAD + high + 34}>${column.shape}</text>
        <text class="mono" x=${x(i)} y=${HEAD + high + 52}>${column.formula}</text>
        <text class="mono" x=${x(i)} y=${HEAD + high + 68}>${column.formula ? "= " : ""}${column.count}</text>`,
      )}
    </svg>`;
  }

  // a column must hold its texts, of about 7 px a character
  private longest(columns: readonly Column[]): number {
    return (
      7.4 *
      Math.max(
        ...columns.map(({ name, count, formula }) => Math.max(name.length, count.length, formula.length)),
      )
    );
  }

  private words(data: ArchitectureData) {
    const hidden = this.asked ?? data.hidden;
    const count = this.asked ? total(data, this.asked) : data.parameters;
    const depth = this.asked ? hidden.length + 1 : data.depth;
    const wide =
      hidden.length && data.plain_mlp ? ` Width (hidden dimension): ${hidden.join(", ")} units.` : "";
    const by = this.asked
      ? ` Only the drawing has changed: counts are by the formula ${data.formula} for each Linear layer, not from a model.`
      : "";
    const among = data.plain_mlp ? `, of which ${hidden.length} hidden` : "";
    return `${spaced(count)} parameters. Depth: ${depth} layer${depth === 1 ? "" : "s"} with weights${among}.${wide}${by}`;
  }

  private widen(hidden: readonly number[], place: number, units: number): void {
    const fair = Math.min(MOST_WIDE, Math.max(1, units || 1));
    this.change(hidden.map((each, i) => (i === place ? fair : each)));
  }

  private change(hidden: readonly number[]): void {
    const own = this.data!.hidden;
    const same = own.length === hidden.length && own.every((each, i) => each === hidden[i]);
    this.asked = same ? null : hidden;
    this.requestUpdate(); // a number that was refused is written over
  }
}

function read(event: Event): number {
  return Math.round(Number((event.target as HTMLInputElement).value)) || 0;
}

function unitsOf({ units, noun }: Column): string {
  if (units === null) return "";
  return `${spaced(units)} ${noun}${units === 1 ? "" : "s"}${units > MOST_DRAWN ? ` (${MOST_DRAWN} drawn)` : ""}`;
}
