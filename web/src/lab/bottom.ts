/** The tabs below the network. Knows no figure: each is made by its tag from `tabs.ts`. */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { shared } from "../look/shared";
import type { Source } from "../wire/source";
import { TABS, type Tab } from "./tabs";

@customElement("ls-bottom")
export class Bottom extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
      }
      [role="tablist"] {
        display: flex;
        flex-wrap: wrap;
        gap: var(--unit);
      }
      [role="tab"] {
        background: none;
        border: 0;
        border-bottom: 2px solid transparent;
        border-radius: 0;
        color: var(--ink-soft);
      }
      [role="tab"][aria-selected="true"] {
        border-color: var(--ink);
        color: var(--ink);
      }
      [role="tabpanel"] {
        min-height: 0;
      }
    `,
  ];
  @property({ attribute: false }) source!: Source;
  @state() private open: Tab = TABS[0]!;
  @state() private loaded = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.show(this.open);
  }

  private async show(tab: Tab): Promise<void> {
    this.open = tab;
    await tab.load();
    this.loaded = new Set([...this.loaded, tab.name]);
  }

  // arrow keys move between tabs, as the ARIA practices ask
  private moved(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = TABS[(TABS.indexOf(this.open) + by + TABS.length) % TABS.length]!;
    event.preventDefault();
    event.stopPropagation();
    void this.show(next).then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus());
  }

  protected override render() {
    return html`
      <div role="tablist" aria-label="Views" @keydown=${this.moved}>
        ${TABS.map(
          (tab) => html`<button
            role="tab"
            id="tab-${tab.name}"
            aria-selected=${tab === this.open}
            aria-controls="view"
            tabindex=${tab === this.open ? 0 : -1}
            @click=${() => this.show(tab)}
          >
            ${tab.title}
          </button>`,
        )}
      </div>
      <div role="tabpanel" id="view" aria-labelledby="tab-${this.open.name}">${this.view()}</div>
    `;
  }

  private view() {
    if (!this.loaded.has(this.open.name)) return html`<p class="soft">Loading …</p>`;
    const tag = unsafeStatic(this.open.tag);
    return staticHtml`<${tag} .source=${this.source}></${tag}>`;
  }
}
