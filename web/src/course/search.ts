/** `<ls-search>`: a box to ask the course, its answers below. Ranks nothing: it asks whoever knows. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { type Found, find } from "./course";

const PATIENCE_MS = 150;
const MOST = 8;
const KINDS = { post: "post", section: "section", question: "question", term: "glossary" } as const;

@customElement("ls-search")
export class Search extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      input {
        font-size: var(--body);
        min-height: 2.5rem;
        width: 100%;
      }
      ol {
        border: 1px solid var(--rule);
        list-style: none;
        margin: calc(2 * var(--unit)) 0 0;
        padding: 0;
      }
      li + li {
        border-top: 1px solid var(--rule);
      }
      a {
        color: inherit;
        display: block;
        padding: calc(2 * var(--unit)) calc(3 * var(--unit));
        text-decoration: none;
      }
      a:hover .title,
      a:focus-visible .title {
        text-decoration: underline;
      }
      .title {
        font-weight: 600;
      }
      .kind {
        color: var(--ink-soft);
        float: right;
        font-size: var(--tiny);
        margin-left: calc(2 * var(--unit));
      }
      .text {
        color: var(--ink-soft);
        display: block;
      }
      p {
        margin: calc(2 * var(--unit)) 0 0;
      }
    `,
  ];
  /** Who knows; another one where the page has no server. */
  @property({ attribute: false }) find: (query: string, signal: AbortSignal) => Promise<readonly Found[]> =
    find;
  @state() private found: readonly Found[] | null = null;
  @state() private failure = "";
  private asking: AbortController | null = null;
  private timer = 0;

  protected override render() {
    return html`
      <input type="search" aria-label="Search the course" placeholder="Ask the course: what does fc1 mean?"
        @input=${this.typed} @keydown=${this.pressed} autocomplete="off" spellcheck="false" maxlength="200" />
      <div role="status">${this.said()}</div>
      ${this.found?.length ? html`<ol>${this.found.slice(0, MOST).map((each) => this.row(each))}</ol>` : nothing}
    `;
  }

  private row({ kind, title, text, href }: Found) {
    return html`<li>
      <a href=${href}>
        <span class="kind">${KINDS[kind]}</span><span class="title">${title}</span>
        ${text ? html`<span class="text">${text}</span>` : nothing}
      </a>
    </li>`;
  }

  private said() {
    if (this.failure) return html`<p class="trouble">${this.failure}</p>`;
    if (!this.found) return nothing;
    const { length } = this.found;
    if (!length)
      return html`<p class="soft">Nothing found. Try other words: a term, a line of code, a question.</p>`;
    return html`<span class="visually-hidden">${length === 1 ? "1 answer" : `${length} answers`}</span>`;
  }

  private readonly typed = (event: Event): void => {
    const query = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.timer);
    this.asking?.abort();
    if (query) this.timer = window.setTimeout(() => void this.ask(query), PATIENCE_MS);
    else this.found = null;
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    const input = event.target as HTMLInputElement;
    if (event.key === "Escape" && input.value) {
      input.value = "";
      this.found = null;
    } else if (event.key === "Enter") this.renderRoot.querySelector<HTMLAnchorElement>("li a")?.click();
  };

  private async ask(query: string): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      this.found = await this.find(query, asking.signal);
      this.failure = "";
    } catch (error) {
      if (!asking.signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    }
  }
}
