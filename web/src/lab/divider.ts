/** The edge between the network and the views below it: drawn up or down, by hand or by arrow keys. Lays out nothing. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../look/shared";

export const USUAL = 38; // per cent of the height that the views below have
const [LEAST, MOST] = [20, 80];
const BY_KEY = 4;

@customElement("ls-divider")
export class Divider extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        cursor: row-resize;
        display: block;
        touch-action: none;
      }
      :host(:focus-visible) {
        outline-offset: -2px;
      }
      :host::after {
        background: var(--ink-soft);
        border-radius: 1px;
        content: "";
        display: block;
        height: 2px;
        left: calc(50% - 12px);
        opacity: 0.5;
        position: absolute;
        top: 5px;
        width: 24px;
      }
      :host(:hover)::after {
        opacity: 1;
      }
    `,
  ];
  /** Per cent of the height below the edge. */
  @property({ type: Number }) share = USUAL;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.role = "separator";
    this.ariaOrientation = "horizontal";
    this.ariaLabel = "height of the views below";
    this.title = "draw up or down; twice: as it was";
    [this.ariaValueMin, this.ariaValueMax] = [String(LEAST), String(MOST)];
    this.addEventListener("pointerdown", this.taken);
    this.addEventListener("pointermove", this.drawn);
    this.addEventListener("keydown", this.pressed);
    this.addEventListener("dblclick", () => this.say(USUAL));
  }

  protected override render() {
    this.ariaValueNow = String(Math.round(this.share));
    return html``;
  }

  private readonly taken = (event: PointerEvent): void => {
    if (event.button === 0) this.setPointerCapture(event.pointerId);
  };

  private readonly drawn = (event: PointerEvent): void => {
    if (!this.hasPointerCapture(event.pointerId)) return;
    const whole = this.parentElement!.getBoundingClientRect();
    this.say((100 * (whole.bottom - event.clientY)) / whole.height);
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    const next = moved(this.share, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.say(next);
  };

  private say(share: number): void {
    this.dispatchEvent(new CustomEvent("share", { detail: kept(share) }));
  }
}

/** What a share may be: neither side vanishes. */
export function kept(share: number): number {
  return Number.isFinite(share) ? Math.min(MOST, Math.max(LEAST, share)) : USUAL;
}

/** Where a key moves the edge to; null for any other key. */
export function moved(share: number, key: string): number | null {
  const to = { ArrowUp: share + BY_KEY, ArrowDown: share - BY_KEY, Home: LEAST, End: MOST }[key];
  return to === undefined ? null : kept(to);
}
