/** The page's help: keys, and what each colour means. */
import { css, html, LitElement } from "lit";
import { customElement, query } from "lit/decorators.js";
import { shared } from "../look/shared";
import { KEYS } from "./keys";

const COLOURS = [
  ["class-0", "class 0, weights below zero"],
  ["class-1", "class 1, weights above zero"],
  ["forward", "forward: from inputs to outputs"],
  ["loss", "loss: train solid, test dashed"],
  ["backward", "backward: gradients"],
  ["step", "step: updates of the weights"],
  ["trouble", "trouble: findings, divergence"],
] as const;

@customElement("ls-help")
export class Help extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        background: var(--raised);
        border: 1px solid var(--ink-soft);
        border-radius: 3px;
        color: var(--ink);
        max-height: 90dvh;
        max-width: min(44rem, 94vw);
        padding: calc(5 * var(--unit));
      }
      dialog::backdrop {
        background: var(--paper);
        opacity: 0.6;
      }
      .two {
        display: grid;
        gap: calc(4 * var(--unit)) calc(10 * var(--unit));
        grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
      }
      dl {
        display: grid;
        gap: var(--unit) calc(3 * var(--unit));
        grid-template-columns: auto 1fr;
        margin: 0;
      }
      dt {
        font-family: var(--mono);
      }
      dd {
        margin: 0;
      }
      .swatch {
        border-radius: 2px;
        display: inline-block;
        height: 12px;
        width: 20px;
      }
      p {
        max-width: 68ch;
      }
      .end {
        display: flex;
        gap: calc(2 * var(--unit));
        justify-content: flex-end;
      }
    `,
  ];
  @query("dialog") private dialog!: HTMLDialogElement;

  show(): void {
    if (this.dialog.open) return;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    this.dialog.querySelector<HTMLElement>(".close")?.focus();
  }

  protected override render() {
    return html`<dialog aria-label="help" @close=${this.closed}>
      <div class="two">
        <section>
          <h2>Keys</h2>
          <dl>${KEYS.map(({ keys, text }) => html`<dt>${keys}</dt><dd>${text}</dd>`)}</dl>
        </section>
        <section>
          <h2>Colours</h2>
          <dl>
            ${COLOURS.map(([name, text]) => html`<dt><span class="swatch" .style=${`background: var(--${name})`}></span></dt><dd>${text}</dd>`)}
          </dl>
        </section>
      </div>
      <p class="soft">
        One tick is one batch. Every number is what PyTorch computed. Points are filled where they train, ringed where
        they test, crossed where the model is wrong. A control with ↺ starts the run over.
      </p>
      <form method="dialog" class="end">
        <button value="tour">Take the tour</button>
        <button class="close">Close</button>
      </form>
    </dialog>`;
  }

  // a dialog that closes gives the focus back; only then can the tour take it
  private closed(): void {
    if (this.dialog.returnValue === "tour") this.dispatchEvent(new CustomEvent("tour"));
  }
}
