/** What colours and shapes of the plot mean, in words. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../../look/shared";
import { OTHERS } from "./chooser";
import { figures } from "./number";
import { classToken } from "./ramp";

@customElement("ls-output-legend")
export class Legend extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        color: var(--ink-soft);
        display: flex;
        flex-wrap: wrap;
        font-size: var(--tiny);
        gap: 0 calc(3 * var(--unit));
      }
      span {
        align-items: center;
        display: inline-flex;
        gap: calc(1.5 * var(--unit));
      }
      .scale {
        background: linear-gradient(to right, var(--class-0), var(--paper), var(--class-1));
        border: 1px solid var(--rule);
        height: 10px;
        width: 5rem;
      }
      svg {
        height: 10px;
        width: 10px;
      }
    `,
  ];
  @property() task = "";
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ type: Boolean }) tested = false;
  @property() target = "";
  /** Rows have the colour of what is said of them, not of what is true. */
  @property({ type: Boolean }) said = false;
  /** Over a single input: the model is a line there, and no colour stands for a value. */
  @property({ type: Boolean }) flat = false;
  @state() private limits: readonly [number, number] = [0, 1];

  /** What the ends of a regression's scale stand for. */
  show(limits: readonly [number, number]): void {
    if (limits[0] !== this.limits[0] || limits[1] !== this.limits[1]) this.limits = limits;
  }

  private scale() {
    if (this.flat) return html`<span>${curve}model</span>`;
    const [low, high] = this.limits;
    return html`<span>${this.target} ${figures(low, 2)}<i class="scale"></i>${figures(high, 2)}</span>`;
  }

  protected override render() {
    const classed = this.task !== "regression";
    return html`${classed ? this.classes.map((name, k) => html`<span>${dot(`var(--${classToken(k)})`)}${name}</span>`) : this.scale()}
      ${classed && this.said ? html`<span>${OTHERS}</span>` : nothing}
      ${this.said ? html`<span>points: as said</span>` : nothing}
      ${this.tested ? html`<span>${dot("var(--ink-soft)")}train</span><span>${ring}test</span>` : nothing}
      ${classed ? html`<span>${crossed}wrong</span>` : nothing}`;
  }
}

const dot = (colour: string) =>
  html`<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${colour}></circle></svg>`;
const curve = html`<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M0 5h10" stroke="var(--forward)" stroke-width="2"></path></svg>`;
const ring = html`<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" stroke-width="1.5"></circle></svg>`;
const crossed = html`<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 1 9 9M9 1 1 9" stroke="var(--ink)" stroke-width="1.25"></path></svg>`;
