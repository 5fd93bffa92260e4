/** Some of several words, each on or off, and own ones typed beside them. Knows not what they mean. */
import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../look/shared";
import { Control, row } from "./control";

@customElement("ls-chips")
export class Chips extends Control {
  static override styles = [
    shared,
    row,
    css`
      [role="group"] {
        display: flex;
        flex-wrap: wrap;
        gap: var(--unit);
      }
      button {
        font-family: var(--mono);
        font-size: var(--tiny);
        min-height: 1.5rem;
        padding: 0 calc(1.5 * var(--unit));
      }
      button[aria-pressed="false"] {
        color: var(--ink-soft);
      }
      input:not([type="range"]) {
        flex: 1 1 5rem;
        font-family: var(--mono);
        font-size: var(--tiny);
        width: 5rem;
      }
      .label {
        display: block;
        margin: var(--unit) 0;
      }
    `,
  ];
  @property({ attribute: false }) offered: readonly string[] = [];
  /** What stands in the box for own ones; no box where empty. */
  @property() own = "";
  /** Words that count as chosen where the value is empty. */
  @property({ attribute: false }) usual: readonly string[] = [];

  protected control() {
    return html``;
  }

  protected override render() {
    if (!this.field) return nothing;
    const chosen = this.chosen;
    const words = [...this.offered, ...chosen.filter((word) => !this.offered.includes(word))];
    return html`<span class="label" id="label">${this.label || this.field.name}${this.over ? html`<span class="over" aria-hidden="true">↺</span>` : ""}</span>
      <div role="group" aria-labelledby="label" aria-describedby="help">
        ${words.map(
          (word) =>
            html`<button aria-pressed=${chosen.includes(word)} ?disabled=${this.disabled} @click=${() => this.flip(word)}>${word}</button>`,
        )}
        ${this.own ? html`<input aria-label="Add your own" placeholder=${this.own} autocomplete="off" spellcheck="false" @change=${this.add} />` : nothing}
      </div>
      ${this.refused ? html`<p class="refused" id="refused" role="alert">${this.refused}</p>` : nothing}
      <span class="visually-hidden" id="help">${this.help}</span>`;
  }

  private get chosen(): string[] {
    const given = (this.value ?? []) as string[];
    return given.length ? given : [...this.usual];
  }

  private flip(word: string): void {
    const { chosen } = this;
    const next = chosen.includes(word) ? chosen.filter((each) => each !== word) : [...chosen, word];
    if (next.length) this.say(this.ordered(next), true);
  }

  private add(event: Event): void {
    const box = event.target as HTMLInputElement;
    const word = box.value.trim();
    box.value = "";
    if (word && !this.chosen.includes(word)) this.say(this.ordered([...this.chosen, word]), true);
  }

  // in the order in which they are offered, so that the same choice is the same experiment
  private ordered(words: string[]): string[] {
    const rank = (word: string) =>
      this.offered.includes(word) ? this.offered.indexOf(word) : this.offered.length;
    return [...words].sort((a, b) => rank(a) - rank(b));
  }
}
