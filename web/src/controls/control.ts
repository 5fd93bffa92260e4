/** What all small form elements share: a field, a value, a refusal at the field. Knows no experiment and no server. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { shared } from "../look/shared";
import type { Field, Plain } from "./field";

/** A control was moved. `done` is false while it is being dragged. */
export interface Setting {
  readonly path: string;
  readonly value: Plain;
  readonly done: boolean;
}

export const row = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  .row {
    align-items: center;
    column-gap: calc(2 * var(--unit));
    display: grid;
    grid-template-columns: minmax(4.5rem, 6rem) minmax(0, 1fr);
    min-height: 1.75rem;
  }
  label,
  .label {
    color: var(--ink-soft);
    font-size: var(--tiny);
    overflow-wrap: anywhere;
  }
  .over {
    color: var(--ink-soft);
    font-size: var(--tiny);
    padding-left: var(--unit);
  }
  input:not([type="range"], [type="checkbox"]),
  select {
    font-size: var(--tiny);
    min-height: 1.5rem;
    min-width: 0;
    padding: 0 var(--unit);
    width: 100%;
  }
  input[aria-invalid="true"] {
    border-color: var(--trouble);
  }
  .refused {
    color: var(--trouble);
    font-size: var(--tiny);
    margin: 0 0 var(--unit);
    overflow-wrap: anywhere;
  }
`;

export abstract class Control extends LitElement {
  static override styles = [shared, row];
  @property({ attribute: false }) field!: Field;
  @property({ attribute: false }) value: Plain = null;
  @property() label = "";
  /** Why the value was refused, in the server's words. */
  @property() refused = "";
  /** Whether a change starts the run over. */
  @property({ type: Boolean }) over = false;
  @property({ type: Boolean }) disabled = false;

  protected abstract control(): TemplateResult;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerenter", this.explain);
    this.addEventListener("focusin", this.explain);
    this.addEventListener("pointerleave", this.hush);
    this.addEventListener("focusout", this.hush);
  }

  protected say(value: Plain, done: boolean): void {
    const detail: Setting = { path: this.field.path, value, done };
    this.dispatchEvent(new CustomEvent("setting", { detail, bubbles: true, composed: true }));
  }

  protected override render() {
    if (!this.field) return nothing;
    return html`<div class="row">
        <label for="it">${this.label || this.field.name}${this.over ? html`<span class="over" aria-hidden="true">↺</span>` : ""}</label>
        ${this.control()}
      </div>
      ${this.refused ? html`<p class="refused" id="refused" role="alert">${this.refused}</p>` : nothing}
      <span class="visually-hidden" id="help">${this.help}</span>`;
  }

  protected get help(): string {
    const { help, allowed } = this.field;
    const over = this.over ? "Changing it starts over." : "";
    return [help ? `${help}.` : "", allowed ? `Allowed: ${allowed}.` : "", over].filter(Boolean).join(" ");
  }

  private explain = () => explain(this, this.field ? `${this.label || this.field.name}: ${this.help}` : "");
  private hush = () => explain(this, "");
}

/** Ask whoever has a place for it to show an explanation; none hides it. */
export function explain(from: EventTarget, text: string): void {
  from.dispatchEvent(new CustomEvent("explain", { detail: text, bubbles: true, composed: true }));
}
