/** What colours and shapes of the plot mean, in words. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../../look/shared";
import { classToken } from "./ramp";

@customElement("ls-legend")
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
      svg {
        height: 10px;
        width: 10px;
      }
    `,
  ];
  @property() task = "";
  @property({ attribute: false }) classes: readonly string[] = [];
  @property({ type: Boolean }) tested = false;

  protected override render() {
    const classed = this.task !== "regression";
    return html`${classed ? this.classes.map((name, k) => html`<span>${dot(`var(--${classToken(k)})`)}${name}</span>`) : nothing}
      ${this.tested ? html`<span>${dot("var(--ink-soft)")}train</span><span>${ring}test</span>` : nothing}
      ${classed ? html`<span>${crossed}wrong</span>` : nothing}`;
  }
}

const dot = (colour: string) =>
  html`<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${colour}></circle></svg>`;
const ring = html`<svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" stroke-width="1.5"></circle></svg>`;
const crossed = html`<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 1 9 9M9 1 1 9" stroke="var(--ink)" stroke-width="1.25"></path></svg>`;
