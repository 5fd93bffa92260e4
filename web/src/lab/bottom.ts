/** The tabs below the network. Knows no figure: each is made by its tag from `tabs.ts`. */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { notLoaded } from "../figures/figure";
import "../figures/loss"; // open on the first visit: one file is there sooner than eight
import { shared } from "../look/shared";
import type { Source } from "../wire/source";
import { neighbour, remember, remembered, TABS, type Tab, tabOf } from "./tabs";

@customElement("ls-bottom")
export class Bottom extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: calc(2 * var(--unit));
        grid-template-rows: auto minmax(0, 1fr);
      }
      nav {
        align-items: center;
        border-bottom: 1px solid var(--rule);
        display: flex;
        gap: calc(2 * var(--unit));
        margin-top: calc(-1 * var(--unit));
        min-width: 0;
      }
      [role="tablist"] {
        display: flex;
        flex: 1;
        gap: var(--unit);
        min-width: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      [role="tab"] {
        background: none;
        border: 0;
        border-bottom: 2px solid transparent;
        border-radius: 0;
        color: var(--ink-soft);
        flex: none;
        font-size: var(--tiny);
        min-height: 2rem;
        white-space: nowrap;
      }
      [role="tab"]:hover {
        color: var(--ink);
      }
      [role="tab"]:focus-visible {
        outline-offset: -2px;
      }
      [role="tab"][aria-selected="true"] {
        border-color: var(--ink);
        color: var(--ink);
      }
      [role="tabpanel"] {
        min-height: 0;
        min-width: 0;
      }
    `,
  ];
  @property({ attribute: false }) source!: Source;
  @property({ type: Number }) lane = 0;
  @state() private open: Tab = remembered();
  @state() private loaded = new Set<string>();
  @state() private failure = "";

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.key);
    void this.show(this.open).then(() => whenIdle(() => this.fetchAll()));
  }

  // the small views are there before they are asked for; editor and 3-D are loaded by theirs when they are needed
  private async fetchAll(): Promise<void> {
    for (const tab of TABS) await tab.load().catch(() => {});
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.key);
  }

  /** Open a view. It is loaded where it was not yet, and remembered for the next visit. */
  async show(tab: Tab): Promise<void> {
    this.open = tab;
    this.failure = "";
    remember(tab);
    try {
      await tab.load();
      this.loaded = new Set([...this.loaded, tab.name]);
    } catch {
      if (this.open === tab) this.failure = notLoaded(`view “${tab.title}”`);
    }
    await this.updateComplete;
    if (this.loaded.size < 2) return; // the page must not scroll to it as it opens
    const button = this.renderRoot.querySelector(`#tab-${tab.name}`);
    button?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  // a digit typed into a field is a digit; with Alt it is none
  private readonly key = (event: KeyboardEvent): void => {
    const tab = tabOf(event);
    if (!tab || event.defaultPrevented || (!event.altKey && written(event))) return;
    event.preventDefault();
    void this.show(tab);
  };

  // arrow keys move between tabs, as the ARIA practices ask
  private moved(event: KeyboardEvent): void {
    const next = neighbour(this.open, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    void this.show(next).then(() => this.renderRoot.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus());
  }

  protected override render() {
    return html`
      <nav aria-label="Views">
        <div role="tablist" aria-label="Views" @keydown=${this.moved}>
          ${TABS.map(
            (tab, i) => html`<button
              role="tab"
              id="tab-${tab.name}"
              title=${`key ${(i + 1) % 10}`}
              aria-selected=${tab === this.open}
              aria-controls="view"
              tabindex=${tab === this.open ? 0 : -1}
              @click=${() => this.show(tab)}
            >
              ${tab.title}
            </button>`,
          )}
        </div>
      </nav>
      <div role="tabpanel" id="view" aria-labelledby="tab-${this.open.name}">${this.view()}</div>
    `;
  }

  private view() {
    if (this.failure) return html`<p class="trouble" role="alert">${this.failure}</p>`;
    if (!this.loaded.has(this.open.name) || !this.source) return html`<p class="soft">Loading …</p>`;
    const tag = unsafeStatic(this.open.tag);
    return staticHtml`<${tag} .source=${this.source} .lane=${this.lane}></${tag}>`;
  }
}

const whenIdle = (act: () => unknown) =>
  "requestIdleCallback" in window ? requestIdleCallback(act, { timeout: 10_000 }) : setTimeout(act, 2000);

/** Whether a key goes to something that takes text. */
function written(event: Event): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))
  );
}
