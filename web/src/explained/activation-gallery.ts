/** `<ls-activation-gallery>`: PyTorch's activations side by side, one of them read point by point. Computes no value. */
import { html, LitElement, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { type Activation, across, type Box, down, type GalleryData, nearest, path, regionAt } from "./curve";
import { galleryStyle } from "./gallery-style";
import { givenIn } from "./given";
import { printed } from "./printed";

const SMALL: Box = { width: 112, height: 72 };
const HIGH = 260; // px of the large one

@customElement("ls-activation-gallery")
export class ActivationGallery extends LitElement {
  static override styles = [shared, galleryStyle];
  @property({ attribute: false }) data: GalleryData | null = null;
  @state() private chosen = 0;
  @state() private at = -1;
  @state() private place = 640;
  private readonly resized = new ResizeObserver(([entry]) => {
    this.place = Math.floor(entry!.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.data ??= givenIn<GalleryData>(this);
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  override willUpdate(): void {
    if (!this.data || this.at >= 0) return;
    this.at = Math.floor((this.data.x.length * 9) / 14); // x = 2 of −7 … 7
    this.chosen = Math.max(
      0,
      this.data.activations.findIndex(({ name }) => name === "ReLU"),
    );
  }

  protected override render() {
    const { data } = this;
    if (!data) return html`<slot></slot>`;
    const shown = data.activations[this.chosen]!;
    return html`<div class="head">
        <h3>${shown.name}<code>${shown.code}</code></h3>
        ${this.reading(data, shown)}
      </div>
      ${this.large(data, shown)}
      <input
        type="range"
        min="0"
        max=${data.x.length - 1}
        aria-label="x"
        aria-valuetext="x = ${printed(data.x[this.at]!)}, value ${printed(shown.value[this.at]!)}, slope ${printed(shown.slope[this.at]!)} ${regionAt(data.x[this.at]!, shown)}"
        .value=${String(this.at)}
        @input=${(event: Event) => (this.at = Number((event.target as HTMLInputElement).value))}
      />
      ${data.activations.length > 1 ? this.all(data) : nothing}
      <dl>
        ${Object.entries(data.meaning).map(([word, text]) => html`<div><dt>${word}</dt><dd>${text}</dd></div>`)}
      </dl>`;
  }

  private reading({ x }: GalleryData, shown: Activation) {
    return html`<p class="read">
      <span>x = ${printed(x[this.at]!)}</span><span class="of-value">value ${printed(shown.value[this.at]!)}</span
      ><span class="of-slope">slope ${printed(shown.slope[this.at]!)}</span><span>${regionAt(x[this.at]!, shown)}</span>
    </p>`;
  }

  private large(data: GalleryData, shown: Activation) {
    const box: Box = { width: this.place, height: HIGH };
    const x = across(data.x[this.at]!, data.x, box);
    return html`<svg
      class="large"
      height=${HIGH}
      viewBox="0 0 ${box.width} ${HIGH}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${shown.name}: value (solid) and slope (dashed)"
      @pointermove=${(event: PointerEvent) => this.point(event, box)}
      @pointerdown=${(event: PointerEvent) => this.point(event, box)}
    >
      ${drawn(data.x, shown, box)} ${this.words(data.x, shown, box)}
      <line class="cursor" x1=${x} x2=${x} y1="0" y2=${HIGH}></line>
      <circle class="value" cx=${x} cy=${down(shown.value[this.at]!, box)} r="4"></circle>
      <circle class="slope" cx=${x} cy=${down(shown.slope[this.at]!, box)} r="4"></circle>
    </svg>`;
  }

  private words(xs: readonly number[], { regions }: Activation, box: Box) {
    const ticks = [-6, -4, -2, 2, 4, 6];
    return svg`${ticks.map((x) => svg`<text x=${across(x, xs, box)} y=${down(0, box) + 14} text-anchor="middle">${printed(x)}</text>`)}
      ${[-1, 1, 2].map((y) => svg`<text x=${across(0, xs, box) - 5} y=${down(y, box) + 4} text-anchor="end">${printed(y)}</text>`)}
      ${regions.map(({ kind, low, high }) => {
        const room = across(high, xs, box) - across(low, xs, box);
        return room > 56
          ? svg`<text x=${across((low + high) / 2, xs, box)} y="16" text-anchor="middle">${kind}</text>`
          : nothing;
      })}`;
  }

  private all(data: GalleryData) {
    return html`<div class="all" role="group" aria-label="Activations">
      ${data.activations.map(
        (each, i) => html`<button aria-pressed=${i === this.chosen} @click=${() => (this.chosen = i)}>
          ${each.name}
          <svg viewBox="0 0 ${SMALL.width} ${SMALL.height}" aria-hidden="true">${drawn(data.x, each, SMALL)}</svg>
        </button>`,
      )}
    </div>`;
  }

  private point(event: PointerEvent, box: Box): void {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    this.at = nearest(event.clientX - left, this.data!.x, { ...box, width });
  }
}

function drawn(xs: readonly number[], { value, slope, regions }: Activation, box: Box) {
  const [zero, foot] = [down(0, box), box.height - 2];
  return svg`${regions.map(({ kind, low, high }) => {
    const [a, b] = [across(low, xs, box), across(high, xs, box)];
    return svg`<rect class=${kind} x=${a} y="0" width=${b - a} height=${box.height}></rect>
      ${kind === "dead" ? svg`<line class="under" x1=${a} x2=${b} y1=${foot} y2=${foot}></line>` : nothing}`;
  })}
    <line class="axis" x1="0" x2=${box.width} y1=${zero} y2=${zero}></line>
    <line class="axis" x1=${across(0, xs, box)} x2=${across(0, xs, box)} y1="0" y2=${box.height}></line>
    <path class="value" d=${path(xs, value, box)}></path>
    <path class="slope" d=${path(xs, slope, box)}></path>`;
}
