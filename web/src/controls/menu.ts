/** A button that opens a list of names, each with a line of commentary. Knows not what is chosen for what. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { icon } from "./icons";

export interface Item {
  readonly name: string;
  readonly text: string;
}

@customElement("ls-menu")
export class Menu extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
      }
      .opener {
        align-items: center;
        background: none;
        border-color: transparent;
        display: flex;
        font-weight: 600;
        gap: var(--unit);
        justify-content: space-between;
        width: 9.5rem;
      }
      .opener span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      svg {
        flex: none;
      }
      [role="menu"] {
        background: var(--raised);
        border: 1px solid var(--ink-soft);
        border-radius: 3px;
        left: 0;
        max-height: 70dvh;
        overflow: auto;
        padding: var(--unit) 0;
        position: absolute;
        top: calc(100% + var(--unit));
        width: min(32rem, 92vw);
        z-index: 10;
      }
      [role="menuitem"] {
        background: none;
        border: 0;
        border-radius: 0;
        display: block;
        padding: var(--unit) calc(3 * var(--unit));
        text-align: left;
        width: 100%;
      }
      [role="menuitem"]:hover,
      [role="menuitem"]:focus-visible {
        background: var(--pressed);
        outline-offset: -2px;
      }
      small {
        color: var(--ink-soft);
        display: block;
        font-size: var(--tiny);
      }
    `,
  ];
  @property({ attribute: false }) items: readonly Item[] = [];
  @property() text = "";
  @property() label = "";
  @state() private open = false;
  private readonly elsewhere = (event: Event) => {
    if (!event.composedPath().includes(this)) this.open = false;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.elsewhere);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.elsewhere);
  }

  protected override render() {
    return html`<button
        class="opener"
        aria-haspopup="menu"
        aria-expanded=${this.open}
        aria-label="${this.label}: ${this.text}"
        @click=${() => this.flip()}
        @keydown=${this.opening}
      >
        <span>${this.text}</span>${icon("down")}
      </button>
      ${this.open ? html`<div role="menu" aria-label=${this.label} @keydown=${this.moved}>${this.items.map((item) => this.item(item))}</div>` : nothing}`;
  }

  private item(item: Item) {
    return html`<button role="menuitem" tabindex="-1" @click=${() => this.choose(item)}>
      ${item.name}<small>${item.text}</small>
    </button>`;
  }

  private flip(open = !this.open): void {
    this.open = open;
    void this.updateComplete.then(() => (open ? this.entries[0]?.focus() : this.opener.focus()));
  }

  private choose(item: Item): void {
    this.flip(false);
    this.dispatchEvent(new CustomEvent("chosen", { detail: item.name }));
  }

  private opening(event: KeyboardEvent): void {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    this.flip(true);
  }

  private moved(event: KeyboardEvent): void {
    const { entries } = this;
    const at = entries.indexOf(this.shadowRoot!.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    event.stopPropagation();
    if (event.key === "Escape") this.flip(false);
    else if (event.key === "Tab") this.open = false;
    else if (to !== undefined) {
      event.preventDefault();
      entries[(to + entries.length) % entries.length]?.focus();
    }
  }

  private get entries(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("[role=menuitem]")];
  }

  private get opener(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>(".opener")!;
  }
}
