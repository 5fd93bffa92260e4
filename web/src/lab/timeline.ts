/** All steps so far as a bar with the loss as a small line; its scrubber goes back and forth. Trains nothing. */
import { css, html } from "lit";
import { customElement, query } from "lit/decorators.js";
import { Figure } from "../figures/figure";
import { recall } from "../heard/past";
import { shared } from "../look/shared";
import type { Message } from "../wire/source";
import { Seeker } from "./seeker";
import { drawTrack } from "./track";

@customElement("ls-timeline")
export class Timeline extends Figure {
  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        border-top: 1px solid var(--rule);
        display: grid;
        gap: calc(3 * var(--unit));
        grid-template-columns: auto minmax(0, 1fr) auto;
        padding: var(--unit) calc(3 * var(--unit));
      }
      h2 {
        margin: 0;
      }
      .bar {
        height: 36px;
        position: relative;
      }
      canvas,
      input[type="range"] {
        height: 100%;
        inset: 0;
        position: absolute;
        width: 100%;
      }
      input[type="range"] {
        appearance: none;
        background: none;
        border: 0;
        cursor: ew-resize;
        margin: 0;
        min-height: 0;
        padding: 0;
      }
      input[type="range"]::-webkit-slider-thumb {
        appearance: none;
        background: var(--ink);
        border: 0;
        border-radius: 2px;
        height: 36px;
        width: 4px;
      }
      input[type="range"]::-moz-range-thumb {
        background: var(--ink);
        border: 0;
        border-radius: 2px;
        height: 36px;
        width: 4px;
      }
      .figures {
        font-family: var(--mono);
        min-width: 25ch;
        text-align: right;
        white-space: pre;
      }
      @media (max-width: 900px) {
        :host {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        h2 {
          display: none;
        }
        .figures {
          font-size: var(--tiny);
          min-width: 12ch;
        }
      }
    `,
  ];
  @query("input") private slider!: HTMLInputElement;
  @query("canvas") private canvas!: HTMLCanvasElement;
  @query(".figures") private figures!: HTMLElement;
  @query(".marks") private marks!: HTMLElement;
  private seeker: Seeker | null = null;
  private stopHearing: (() => void) | null = null;

  protected override concerns(): boolean {
    return true;
  }

  protected override render() {
    return html`<h2 id="title">Timeline</h2>
      <div class="bar">
        <canvas aria-hidden="true"></canvas>
        <input type="range" min="0" max="0" step="1" aria-labelledby="title" aria-describedby="marks" @input=${this.moved} @keydown=${this.pressed} />
      </div>
      <span class="figures" aria-hidden="true"></span>
      <span class="visually-hidden marks" id="marks"></span>`;
  }

  override willUpdate(): void {
    if (!this.source || this.seeker) return;
    this.seeker = new Seeker(this.source);
    this.stopHearing = this.heard.on((message) => this.hear(message));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopHearing?.();
    this.seeker = null;
  }

  private hear(message: Message): void {
    this.seeker?.take(message);
    if (message.kind !== "hello" || message.state.head === 0) return; // nothing was before this page
    for (const lane of this.heard.lanes) {
      lane.of("loss");
      void recall(this.source, lane, (name) => name === "loss").then((came) => came && this.drawSoon());
    }
  }

  protected draw(): void {
    const state = this.heard.state;
    const head = state?.head ?? 0;
    const step = this.seeker?.wanted ?? state?.step ?? 0;
    this.slider.max = String(head);
    this.slider.value = String(step);
    this.slider.disabled = head === 0;
    this.slider.setAttribute("aria-valuetext", `step ${step} of ${head}, epoch ${state?.epoch ?? 0}`);
    this.figures.textContent = figures(step, state?.epoch ?? 0, this.sizes.of(this)[0] < 600);
    this.marks.textContent = this.changes();
    drawTrack(this.canvas, this.sizes.of(this.canvas), this.heard.lanes, head, step);
  }

  private changes(): string {
    const changes = this.heard.lanes[0]?.changes ?? [];
    return changes
      .map(({ step, field, old, new: now }) => `at step ${step} ${field} from ${old} to ${now}`)
      .join("; ");
  }

  private moved(): void {
    this.seeker?.seek(Number(this.slider.value));
    this.drawSoon();
  }

  // the page's own keys step through time too; here they move the scrubber alone
  private pressed(event: KeyboardEvent): void {
    if (/^(Arrow|Page|Home|End)/.test(event.key)) event.stopPropagation();
  }
}

function figures(step: number, epoch: number, narrow: boolean): string {
  const at = step.toLocaleString("en");
  return narrow ? `step ${at}` : `step ${at.padStart(7)} · epoch ${epoch.toLocaleString("en").padStart(5)}`;
}
