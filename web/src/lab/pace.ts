/** How many steps a second are asked for, up to as fast as it goes. */
import { css, html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { PLACES, placeOf, type Scale, valueFor } from "../controls/scale";
import { track } from "../controls/slider";
import { shared } from "../look/shared";
import type { Message } from "../wire/source";
import { Panel } from "./panel";

const SCALE: Scale = { by: "log", from: 0.5, to: 1000, last: { value: null, word: "as fast as it goes" } };

@customElement("ls-pace")
export class Pace extends Panel {
  static override styles = [
    shared,
    track,
    css`
      :host {
        width: 7.5rem;
      }
      label {
        color: var(--ink-soft);
        display: block;
        font-size: var(--tiny);
        line-height: 1;
        white-space: nowrap;
      }
      input[type="range"] {
        display: block;
        height: 1.125rem;
      }
    `,
  ];
  @state() private asked: number | null | undefined;
  private sending = 0;

  protected override concerns(message: Message): boolean {
    return message.kind === "hello" || (message.kind === "state" && message.speed !== this.asked);
  }

  protected override render() {
    const speed = this.asked !== undefined ? this.asked : (this.heard.state?.speed ?? null);
    const words = speed === null ? "as fast as it goes" : `${speed} steps/s`;
    return html`<label for="speed">${speed === null ? "speed: full" : `speed: ${speed}/s`}</label>
      <input
        id="speed"
        type="range"
        min="0"
        max=${PLACES}
        aria-valuetext=${words}
        title=${words}
        .value=${live(String(placeOf(speed, SCALE)))}
        @input=${this.moved}
      />`;
  }

  private moved(event: Event): void {
    this.asked = valueFor(Number((event.target as HTMLInputElement).value), SCALE) as number | null;
    this.sending ||= requestAnimationFrame(() => {
      this.sending = 0;
      this.source.send({ do: "speed", steps_per_second: this.asked ?? null });
    });
  }
}
