/** The small menu of a figure: save it as a picture or a table. Knows no figure. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../../look/shared";
import type { Format } from "./save";

/** Fires `download` with the format as its detail. */
@customElement("ls-download")
export class Download extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
      }
      summary {
        border: 1px solid transparent;
        border-radius: 3px;
        color: var(--ink-soft);
        cursor: pointer;
        font-size: var(--tiny);
        list-style: none;
        padding: 2px calc(1.5 * var(--unit));
        user-select: none;
      }
      summary:hover,
      details[open] summary {
        border-color: var(--rule);
        color: var(--ink);
      }
      div {
        background: var(--raised);
        border: 1px solid var(--rule);
        border-radius: 3px;
        display: grid;
        position: absolute;
        right: 0;
        top: calc(100% + 2px);
        z-index: 3;
      }
      button {
        background: none;
        border: 0;
        font-size: var(--tiny);
        min-width: 4rem;
        text-align: left;
      }
      button:hover {
        background: var(--pressed);
      }
    `,
  ];
  @property({ attribute: false }) formats: readonly Format[] = ["png", "svg", "csv"];
  @property() what = "figure";

  private get menu(): HTMLDetailsElement {
    return this.renderRoot.querySelector("details")!;
  }

  private choose(format: Format): void {
    this.menu.open = false;
    this.menu.querySelector("summary")!.focus();
    this.dispatchEvent(new CustomEvent<Format>("download", { detail: format }));
  }

  private key(event: KeyboardEvent): void {
    if ([" ", "Enter", "Escape"].includes(event.key) || event.key.startsWith("Arrow"))
      event.stopPropagation();
    if (event.key !== "Escape" || !this.menu.open) return;
    this.menu.open = false;
    this.menu.querySelector("summary")!.focus();
  }

  private left(event: FocusEvent): void {
    if (!this.menu.contains(event.relatedTarget as Node | null)) this.menu.open = false;
  }

  protected override render() {
    return html`<details @keydown=${this.key} @focusout=${this.left}>
      <summary aria-label=${`Save ${this.what}`}>save ▾</summary>
      <div>
        ${this.formats.map((f) => html`<button @click=${() => this.choose(f)}>${f.toUpperCase()}</button>`)}
      </div>
    </details>`;
  }
}
