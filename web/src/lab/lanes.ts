/** Which of several experiments the lab shows: one at a time, as two need twice the room. Draws no figure. */
import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { differing } from "../compare/differing";
import { headings } from "../compare/headings";
import { letter } from "../compare/lines";
import { shared } from "../look/shared";
import { Panel } from "./panel";

@customElement("ls-lanes")
export class Lanes extends Panel {
  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        border-bottom: 1px solid var(--rule);
        display: flex;
        flex-wrap: wrap;
        font-size: var(--tiny);
        gap: var(--unit) calc(2 * var(--unit));
        margin-bottom: calc(2 * var(--unit));
        padding-bottom: calc(2 * var(--unit));
      }
      .all {
        display: contents;
      }
      button {
        font-size: var(--tiny);
        max-width: 16rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      a {
        color: var(--ink-soft);
        margin-left: auto;
      }
    `,
  ];
  @property({ type: Number }) lane = 0;

  protected override render() {
    if (!this.source) return nothing;
    const experiments = this.heard.lanes.map(({ state }) => state?.experiment ?? null);
    const said = headings(differing(experiments), experiments.length);
    return html`<div class="all" role="group" aria-label="experiment shown">
        ${experiments.map(
          (_, n) => html`<button aria-pressed=${n === this.lane} @click=${() => this.choose(n)}>
            <b>${letter(n)}</b> ${said[n] || "the same"}
          </button>`,
        )}
      </div>
      <span class="soft">settings beside: A’s, and changed in all</span>
      <a href="#view=compare">side by side</a>`;
  }

  private choose(n: number): void {
    this.dispatchEvent(new CustomEvent("lane", { detail: n }));
  }
}
