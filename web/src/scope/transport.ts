/** How time goes in a figure: play, one step, back to the start, anywhere. Trains nothing. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { icon } from "../controls/icons";
import { track } from "../controls/slider";
import { shared } from "../look/shared";
import type { SessionState } from "../wire/source";

/** What somebody asked of time. */
export type Asked =
  | { readonly do: "play" | "pause" | "step" | "reset" }
  | { readonly do: "seek"; readonly step: number };

@customElement("ls-scope-transport")
export class ScopeTransport extends LitElement {
  static override styles = [
    shared,
    track,
    css`
      :host {
        align-items: center;
        column-gap: calc(2 * var(--unit));
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
      }
      .buttons {
        display: flex;
        gap: var(--unit);
      }
      button {
        align-items: center;
        display: flex;
        justify-content: center;
        min-height: 2rem;
        min-width: 2rem;
        padding: 0;
      }
      .at {
        font-family: var(--mono);
        font-size: var(--tiny);
        min-width: 11ch;
        text-align: right;
      }
    `,
  ];
  @property({ attribute: false }) now: SessionState | null = null;
  /** The last step there is to go to. */
  @property({ type: Number }) steps = 0;
  @property({ type: Boolean }) disabled = false;

  protected override render() {
    const playing = this.now?.playing ?? false;
    const step = Math.min(this.now?.step ?? 0, this.steps);
    const said = step.toLocaleString("en");
    return html`<span class="buttons" role="group" aria-label="play and step">
        <button aria-label=${playing ? "pause" : "play"} title=${playing ? "pause" : "play"} ?disabled=${this.disabled} @click=${() => this.ask({ do: playing ? "pause" : "play" })}>${icon(playing ? "pause" : "play")}</button>
        <button aria-label="one step on" title="one step on" ?disabled=${this.disabled} @click=${() => this.ask({ do: "step" })}>${icon("on")}</button>
        <button aria-label="back to step 0" title="back to step 0" ?disabled=${this.disabled} @click=${() => this.ask({ do: "reset" })}>${icon("reset")}</button>
      </span>
      <input
        type="range"
        min="0"
        max=${this.steps}
        step="1"
        .value=${live(String(step))}
        ?disabled=${this.disabled}
        aria-label="step"
        aria-valuetext="step ${said} of ${this.steps.toLocaleString("en")}"
        @input=${(event: Event) => this.ask({ do: "seek", step: Number((event.target as HTMLInputElement).value) })}
      />
      <span class="at" aria-hidden="true">step ${said.padStart(5, "\u2007")}</span>`;
  }

  private ask(detail: Asked): void {
    this.dispatchEvent(new CustomEvent("asked", { detail }));
  }
}
