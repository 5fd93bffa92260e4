/** All about one weight, bias or unit, in a place of fixed size; the value can be written. Knows no drawing. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../../look/shared";
import type { Inspected } from "../../wire/source";
import { figures, signed } from "../output/number";

@customElement("ls-weight-card")
export class WeightCard extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        border-top: 1px solid var(--rule);
        display: block;
        font-size: var(--tiny);
        height: 5rem;
        overflow: auto;
        padding-top: var(--unit);
      }
      p {
        margin: 0;
      }
      .title {
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .title span {
        font-weight: 400;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0 calc(3 * var(--unit));
        margin: 0;
      }
      dl div {
        align-items: center;
        display: flex;
        gap: calc(1.5 * var(--unit));
        height: 1.25rem; /* so that two lines of numbers and the formula fit */
      }
      dt {
        color: var(--ink-soft);
      }
      dd {
        font-family: var(--mono);
        margin: 0;
        min-width: 4.75rem;
      }
      input {
        font-family: var(--mono);
        font-size: var(--tiny);
        min-height: 1.25rem;
        width: 6rem;
      }
      .gradient {
        border-left: 2px solid var(--backward);
        padding-left: var(--unit);
      }
      .update {
        border-left: 2px solid var(--step);
        padding-left: var(--unit);
      }
      @media (max-width: 900px) {
        :host {
          height: 9rem;
        }
      }
      .formula {
        color: var(--ink-soft);
        font-family: var(--mono);
        overflow-wrap: anywhere;
      }
    `,
  ];
  /** Where it stands, in words; empty where nothing is looked at. */
  @property() name = "";
  /** Of a unit: what it puts out. */
  @property() formula = "";
  @property({ attribute: false }) told: Inspected | null = null;
  private writing = false;

  /** Begin to write the value. */
  edit(): void {
    const box = this.box;
    if (!box) return;
    box.focus();
    box.select();
  }

  private get box(): HTMLInputElement | null {
    return this.renderRoot.querySelector("input");
  }

  // what somebody is writing is not written over
  protected override updated(): void {
    const { box } = this;
    if (box && this.told && !this.writing) box.value = written(this.told.value);
  }

  protected override render() {
    if (!this.name)
      return html`<p class="soft">
        Point at a line, a mark or a unit to read it; click a line or a mark to set it. By keyboard: arrow keys, Enter.
      </p>
      <p class="soft">What is set above the network starts over at step 0.</p>`;
    const { told } = this;
    return html`<p class="title">${this.name}${told ? html` <span class="soft number">${told.tensor}[${told.index.join(", ")}] · step ${told.step}</span>` : nothing}</p>
      ${told ? this.numbers(told) : nothing}
      <p class="formula">${told?.formula || this.formula}</p>`;
  }

  private numbers(told: Inspected) {
    return html`<dl>
      <div>
        <dt><label for="value">value</label></dt>
        <dd>
          <input
            id="value"
            inputmode="decimal"
            autocomplete="off"
            spellcheck="false"
            @focus=${() => this.begin()}
            @blur=${() => this.end()}
            @keydown=${this.key}
          />
        </dd>
      </div>
      <div class="gradient"><dt title="gradient of the loss in the last backward pass">∂L/∂θ</dt><dd>${signed(told.gradient)}</dd></div>
      <div class="update"><dt title="update of the last step">Δθ</dt><dd>${signed(told.update)}</dd></div>
      ${Object.entries(told.buffers).map(
        ([name, value]) =>
          html`<div><dt>${name}</dt><dd>${name === "step" ? figures(value, 0) : signed(value)}</dd></div>`,
      )}
    </dl>`;
  }

  private begin(): void {
    this.writing = true;
    this.say("writing", true);
  }

  private end(): void {
    this.writing = false;
    this.say("writing", false);
    this.requestUpdate();
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation(); // keys that type are no shortcuts
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const value = read(this.box!.value);
    if (event.key === "Enter" && value === null) this.box!.setAttribute("aria-invalid", "true");
    else {
      this.box!.removeAttribute("aria-invalid");
      if (event.key === "Enter") this.say("written", value);
      this.say("left", null);
    }
  }

  private say(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** A number as it was typed; null where it is none. A comma and a true minus sign count as typed. */
export function read(text: string): number | null {
  const number = Number(text.trim().replace(",", ".").replace("−", "-"));
  return text.trim() && Number.isFinite(number) ? number : null;
}

/** All figures of a 32-bit number, and no more. */
export function written(value: number): string {
  return String(Number(value.toPrecision(8)));
}
