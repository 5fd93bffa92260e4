/** Sweeps that were recorded, the newest first, to be shown as tiles again. Reads the list, and shows none itself. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { ask } from "../wire/api";

interface Line {
  readonly sweep: string;
  readonly name: string;
  readonly over: readonly string[];
  readonly points: number;
  readonly seeds: number;
  readonly runs: number;
  readonly finished: number;
  readonly started: number;
}

const WHEN = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

@customElement("ls-earlier-sweeps")
export class EarlierSweeps extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      ul {
        list-style: none;
        margin: 0;
        max-width: 68rem;
        padding: 0;
      }
      li {
        border-top: 1px solid var(--rule);
      }
      button {
        align-items: baseline;
        background: none;
        border: 0;
        border-radius: 0;
        display: grid;
        gap: 0 calc(4 * var(--unit));
        grid-template-columns: minmax(0, 1fr) auto;
        padding: calc(1.5 * var(--unit)) var(--unit);
        text-align: left;
        width: 100%;
      }
      button:hover {
        background: var(--pressed);
      }
      .over {
        font: var(--tiny) / 1.4 var(--mono);
        grid-column: 1 / -1;
        grid-row: 2;
        overflow-wrap: anywhere;
      }
      .soft {
        font-size: var(--tiny);
      }
    `,
  ];
  /** The sweep that is shown, if one is. */
  @property() chosen = "";
  @state() private lines: readonly Line[] | null = null;
  @state() private failure = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
  }

  /** Read the list anew. */
  async read(): Promise<void> {
    try {
      this.lines = await ask<Line[]>("sweeps");
      this.failure = "";
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render() {
    if (this.failure) return html`<p class="trouble" role="alert">${this.failure}</p>`;
    if (!this.lines?.length) return nothing;
    return html`<h2>Earlier sweeps</h2>
      <ul>
        ${this.lines.map(
          (line) => html`<li>
            <button aria-pressed=${line.sweep === this.chosen} @click=${() => this.choose(line.sweep)}>
              <span>${line.name}</span>
              <span class="over">${line.over.join("  ")}</span>
              <span class="soft">${counts(line)} · ${WHEN.format(line.started * 1000)}</span>
            </button>
          </li>`,
        )}
      </ul>`;
  }

  private choose(sweep: string): void {
    this.dispatchEvent(new CustomEvent<string>("chosen", { detail: sweep }));
  }
}

function counts({ points, seeds, runs, finished }: Line): string {
  const all = `${points} × ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
  return finished < runs ? `${finished} of ${runs} runs finished` : all;
}
