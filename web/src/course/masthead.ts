/** `<ls-masthead>`: the line above home page and posts: where one is, where one may go, and the theme. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { icon } from "../controls/icons";
import { nextTheme, theme } from "../lab/theme";
import { shared } from "../look/shared";
import { alone, served } from "./course";

@customElement("ls-masthead")
export class Masthead extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        align-items: center;
        border-bottom: 1px solid var(--rule);
        display: flex;
        gap: calc(5 * var(--unit));
        padding: calc(2 * var(--unit)) calc(4 * var(--unit));
      }
      ::slotted(a) {
        color: inherit;
        font-weight: 600;
        text-decoration: none;
      }
      nav {
        display: flex;
        flex: 1;
        gap: calc(4 * var(--unit));
        justify-content: flex-end;
      }
      nav a {
        color: inherit;
      }
      button {
        align-items: center;
        display: inline-flex;
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];
  @state() private worn = theme();

  override connectedCallback(): void {
    super.connectedCallback();
    this.role ??= "banner";
  }

  protected override render() {
    return html`<slot></slot>
      <nav aria-label="pages">
        ${served() ? html`<a href="lab.html">Lab</a>` : nothing}
        ${alone() ? nothing : html`<a href="glossary.html">Glossary</a>`}
      </nav>
      <button @click=${this.turn} aria-label=${`theme: ${this.worn}`} title=${`theme: ${this.worn}`}>
        ${icon(this.worn)}
      </button>`;
  }

  private readonly turn = (): void => {
    this.worn = nextTheme();
  };
}
