/** Chooses what a sweep varies: one field or two with their levels, and the seeds. Judges none of it, starts nothing. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { explain } from "../controls/control";
import { type Field, valueAt } from "../controls/field";
import type { Experiment } from "../generated/wire";
import { type Fields, fields } from "../lab/schema";
import { shared } from "../look/shared";
import { flipped, levelsFor, oftenVaried, parts, varied } from "./levels";

/** What is to be varied, as `loopscope sweep` would take it. */
export interface Asked {
  readonly over: readonly string[];
  readonly seeds: number;
}

interface Row {
  readonly path: string;
  readonly levels: string;
}

const SEEDS = [1, 2, 4, 8, 16] as const;
const NAMES = ["First factor", "Second factor"] as const;
const FIRST: readonly Row[] = [
  { path: "training.lr", levels: "0.001:1:log:4" },
  { path: "", levels: "" },
];

@customElement("ls-sweep-chooser")
export class SweepChooser extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: calc(2 * var(--unit)) calc(6 * var(--unit));
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr));
      }
      fieldset {
        align-content: start;
        border: 0;
        display: grid;
        gap: var(--unit) calc(2 * var(--unit));
        grid-template-columns: minmax(7rem, 0.8fr) minmax(0, 1fr);
        margin: 0;
        min-width: 0;
        padding: 0;
      }
      legend {
        color: var(--ink-soft);
        font-size: var(--tiny);
        padding: 0 0 var(--unit);
      }
      select,
      input {
        min-width: 0;
        width: 100%;
      }
      input {
        font-family: var(--mono);
        font-size: var(--tiny);
      }
      .words,
      .help {
        grid-column: 1 / -1;
      }
      .words {
        display: flex;
        flex-wrap: wrap;
        gap: var(--unit);
      }
      .words button {
        font: var(--tiny) / 1 var(--mono);
        min-height: 1.5rem;
      }
      .words button[aria-pressed="false"] {
        color: var(--ink-soft);
      }
      .help {
        color: var(--ink-soft);
        font-size: var(--tiny);
        margin: 0;
      }
      .seeds {
        grid-template-columns: minmax(0, 7rem);
      }
    `,
  ];
  @property({ attribute: false }) experiment!: Experiment;
  /** What was trained last, to go on from. */
  @property({ attribute: false }) begin: Asked | null = null;
  @property({ type: Boolean }) disabled = false;
  @state() private fields: Fields | null = null;
  @state() private rows: readonly Row[] = FIRST;
  @state() private seeds: number = SEEDS[0];

  override connectedCallback(): void {
    super.connectedCallback();
    void fields().then((found) => {
      this.fields = found;
      if (this.begin) this.resume(this.begin);
      else this.propose(found);
      this.say();
    });
  }

  protected override render() {
    if (!this.fields) return html`<p class="soft">Loading …</p>`;
    const known = this.fields;
    return html`
      ${this.rows.map((row, n) => this.factor(known, row, n))}
      <fieldset class="seeds">
        <legend>Seeds for each tile</legend>
        <select aria-label="Seeds for each tile" ?disabled=${this.disabled} @change=${this.seeded}>
          ${SEEDS.map((count) => html`<option value=${count} ?selected=${count === this.seeds}>${count === 1 ? "1 seed" : `${count} seeds`}</option>`)}
        </select>
      </fieldset>
    `;
  }

  private factor(known: Fields, { path, levels }: Row, n: number) {
    const field = path ? known.at(path) : null;
    return html`<fieldset ?disabled=${this.disabled}>
      <legend>${NAMES[n]}${n ? ", down" : ", along"}</legend>
      <select aria-label=${NAMES[n]!} @change=${(event: Event) => this.choose(n, (event.target as HTMLSelectElement).value)}>
        ${n ? html`<option value="" ?selected=${!path}>none</option>` : nothing}
        <optgroup label="often varied">${this.options(oftenVaried(this.experiment), path)}</optgroup>
        <optgroup label="every setting">
          ${this.options(
            varied(this.experiment).filter((each) => !oftenVaried(this.experiment).includes(each)),
            path,
          )}
        </optgroup>
      </select>
      ${field ? this.levels(field, levels, n) : nothing}
    </fieldset>`;
  }

  private options(paths: readonly string[], chosen: string) {
    return paths.map((path) => html`<option value=${path} ?selected=${path === chosen}>${path}</option>`);
  }

  private levels(field: Field, levels: string, n: number) {
    const words = field.kind === "toggle" ? ["false", "true"] : field.kind === "choice" ? field.choices : [];
    const help = `${field.help}. Levels: a,b,c or LOW:HIGH:log:COUNT. Allowed: ${field.allowed || "see the list"}.`;
    return html`
      <input
        aria-label="Levels of ${field.path}"
        autocomplete="off"
        spellcheck="false"
        .value=${live(levels)}
        @change=${(event: Event) => this.write(n, (event.target as HTMLInputElement).value.trim())}
        @focus=${(event: Event) => explain(event.target!, help)}
        @blur=${(event: Event) => explain(event.target!, "")}
      />
      ${
        words.length
          ? html`<div class="words" role="group" aria-label="Levels of ${field.path}, one by one">
              ${words.map(
                (word) =>
                  html`<button aria-pressed=${parts(levels).includes(word)} @click=${() => this.write(n, flipped(levels, word, words))}>${word}</button>`,
              )}
            </div>`
          : html`<p class="help">${field.help}. ${field.kind === "list" ? "Such as [8],[16,8]" : "a,b,c or low:high:log:count"}</p>`
      }
    `;
  }

  private propose(known: Fields): void {
    const [, second] = oftenVaried(this.experiment);
    if (second) this.rows = [this.rows[0]!, this.row(known, second)];
  }

  private resume({ over, seeds }: Asked): void {
    const rows = over.map((text) => ({
      path: text.split("=")[0]!,
      levels: text.slice(text.indexOf("=") + 1),
    }));
    this.rows = [rows[0] ?? FIRST[0]!, rows[1] ?? FIRST[1]!];
    this.seeds = seeds;
  }

  private row(known: Fields, path: string): Row {
    return { path, levels: levelsFor(known.at(path), valueAt(this.experiment, path)) };
  }

  private choose(n: number, path: string): void {
    const row = path && this.fields ? this.row(this.fields, path) : { path: "", levels: "" };
    this.put(n, row);
  }

  private write(n: number, levels: string): void {
    this.put(n, { ...this.rows[n]!, levels });
  }

  private put(n: number, row: Row): void {
    this.rows = this.rows.map((each, i) => (i === n ? row : each));
    this.say();
  }

  private seeded(event: Event): void {
    this.seeds = Number((event.target as HTMLSelectElement).value);
    this.say();
  }

  private say(): void {
    const over = this.rows.filter(({ path }) => path).map(({ path, levels }) => `${path}=${levels}`);
    this.dispatchEvent(new CustomEvent<Asked>("asked", { detail: { over, seeds: this.seeds } }));
  }
}
