/** A person's own data: points set in the output, or a table that is pasted or opened. Judges neither. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { Refused } from "../wire/api";
import { along } from "./along";
import { group } from "./group";
import {
  asData,
  CLASSES,
  keep,
  type Point,
  type Pressed,
  pointsOf,
  type Table,
  targetOf,
  toCsv,
  without,
} from "./own-points";
import { Panel } from "./panel";

const ERASE = "erase";
const QUIET_MS = 300; // after the last point, so that ten quick ones start over once
const FEWEST = 4;

@customElement("ls-own-data")
export class OwnData extends Panel {
  static override styles = [
    shared,
    group,
    css`
      p {
        color: var(--ink-soft);
        font-size: var(--tiny);
        margin: 0 0 var(--unit);
      }
      p.trouble {
        color: var(--trouble);
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: var(--unit);
        margin-bottom: var(--unit);
      }
      button {
        font-size: var(--tiny);
        min-height: 1.5rem;
      }
      .swatch {
        border-radius: 50%;
        display: inline-block;
        height: 8px;
        margin-right: var(--unit);
        width: 8px;
      }
      .c0 { background: var(--class-0); }
      .c1 { background: var(--class-1); }
      .c2 { background: var(--class-2); }
      .c3 { background: var(--class-3); }
      textarea {
        background: var(--raised);
        border: 1px solid var(--rule);
        color: inherit;
        font: var(--tiny) / 1.4 var(--mono);
        height: 4rem;
        resize: vertical;
        width: 100%;
      }
      input[type="file"] {
        border: 0;
        background: none;
        font-size: var(--tiny);
        padding: 0;
        width: 100%;
      }
      select {
        font-size: var(--tiny);
        min-height: 1.5rem;
        min-width: 0;
      }
      label {
        color: var(--ink-soft);
        display: grid;
        font-size: var(--tiny);
        gap: calc(2 * var(--unit));
        grid-template-columns: 4.5rem minmax(0, 1fr);
        align-items: center;
      }
    `,
  ];
  @state() private brush: string | null = null;
  @state() private table: Table | null = null;
  @state() private trouble = "";
  private points: Point[] = [];
  private waiting = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.waiting);
  }

  /** A place was pressed in the output: a point is set or erased there, where a brush is in the hand. */
  point({ raw, erase }: Pressed): void {
    if (this.brush === null || raw.length < (this.one ? 1 : 2)) return;
    if (erase || this.brush === ERASE) this.points = without(this.points, raw.slice(0, this.one ? 1 : 2));
    else if (this.one) this.points = [...this.points, { at: raw.slice(0, 1), target: raw[1] ?? 0 }];
    else this.points = [...this.points, { at: raw.slice(0, 2), target: this.brush }];
    this.requestUpdate();
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.keepPoints(), QUIET_MS);
  }

  protected override render() {
    return html`<details @toggle=${this.opened}>
        <summary>Your own points</summary>
        <p>Press in the output to set points; they start over. To erase one, choose erase and press it, or press it with shift or the right button.</p>
        <div class="choices" role="group" aria-label="what a press sets">
          ${(this.one ? ["point"] : CLASSES).map(
            (name, i) => html`<button aria-pressed=${this.brush === name} @click=${() => this.take(name)}>
              <span class="swatch c${i}"></span>${name}
            </button>`,
          )}
          <button aria-pressed=${this.brush === ERASE} @click=${() => this.take(ERASE)}>erase</button>
          <button @click=${this.clear}>start empty</button>
        </div>
        <p aria-live="polite">${this.points.length} points${this.points.length < FEWEST ? `, ${FEWEST} are needed` : ""}</p>
      </details>
      <details>
        <summary>Your own table</summary>
        <p>A CSV with a header, at most 20 MB. It stays on this computer.</p>
        <input type="file" accept=".csv,.tsv,.txt,text/csv" aria-label="open a CSV" @change=${this.opening} />
        <textarea placeholder="or paste it here" aria-label="paste a CSV" spellcheck="false" @change=${this.pasted}></textarea>
        ${this.table ? this.choices(this.table) : nothing}
      </details>
      ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}`;
  }

  private choices(table: Table) {
    const target = this.value("data.path") === table.path ? this.value("data.target") : null;
    return html`<p>${(table.report ?? [`${table.rows} rows`]).join(" ")}</p>
      <label>target<select @change=${(event: Event) => this.use(table, (event.target as HTMLSelectElement).value)}>
        ${target === null ? html`<option selected disabled>choose …</option>` : nothing}
        ${table.columns.map(({ name, type }) => html`<option value=${name} ?selected=${name === target}>${name} (${type})</option>`)}
      </select></label>`;
  }

  /** Whether there is a single input, so that a point is a value at a place. */
  private get one(): boolean {
    return this.inputs === 1;
  }

  private get classes(): boolean {
    return this.heard.lane().state?.facts.task !== "regression";
  }

  private get inputs(): number {
    return (this.heard.lane().state?.facts.raw_inputs as string[] | undefined)?.length ?? 2;
  }

  // the first brush takes up what is there, unless the hand has points of its own already
  private take(brush: string): void {
    this.brush = this.brush === brush ? null : brush;
    if (!this.points.length && this.inputs <= 2)
      this.points = pointsOf(this.heard.lane().measured.get("data"), this.classes);
    this.dispatchEvent(new CustomEvent("brush", { detail: this.brush, bubbles: true, composed: true }));
    this.requestUpdate();
  }

  private clear(): void {
    this.points = [];
    this.brush ??= this.one ? "point" : CLASSES[0];
    this.requestUpdate();
  }

  private opened(event: Event): void {
    if (!(event.target as HTMLDetailsElement).open) this.brush = null;
  }

  private async keepPoints(): Promise<void> {
    if (this.points.length < FEWEST) return;
    await this.tried(async () => {
      const { path } = await keep(toCsv(this.points), "points.csv");
      this.start(path, targetOf(this.points), `Started over with your ${this.points.length} points.`);
    });
  }

  private opening(event: Event): void {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file)
      void this.tried(async () => {
        this.table = await keep(file, file.name);
      });
  }

  private pasted(event: Event): void {
    const text = (event.target as HTMLTextAreaElement).value;
    if (text.trim())
      void this.tried(async () => {
        this.table = await keep(text, "pasted.csv");
      });
  }

  private use(table: Table, target: string): void {
    this.start(table.path, target, `Started over with your table; ${target} is learned.`);
  }

  private start(path: string, target: string, words: string): void {
    if (!this.fields) return;
    const settings = {
      ...along(this.experiment, "data.name", "table", this.fields),
      ...asData(path, target),
    };
    this.changing.apply(settings, words);
  }

  private async tried(deed: () => Promise<void>): Promise<void> {
    try {
      this.trouble = "";
      await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.trouble = error.message;
    }
  }
}
