/** A person's own data: points set in the output, or a table that is pasted or opened. Judges neither. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { drafted } from "../heard/drafted";
import { shared } from "../look/shared";
import { Refused } from "../wire/api";
import type { LaneState, Message } from "../wire/source";
import { along } from "./along";
import { group } from "./group";
import {
  canTake,
  classesFor,
  FEWEST,
  isCurve,
  MOST,
  type Pressed,
  pointsOf,
  type Row,
  settingsFor,
  without,
  withPoint,
} from "./own-points";
import { asData, keep, type Table } from "./own-table";
import { Panel } from "./panel";

const QUIET_MS = 300; // after the last point

type Brush = number | "point" | "erase";

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
      svg {
        height: 10px;
        margin-right: var(--unit);
        width: 10px;
      }
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
  @state() private brush: Brush | null = null;
  @state() private table: Table | null = null;
  @state() private trouble = "";
  private draft: Row[] | null = null; // what was set, until the session learns from it
  private sent: Row[] | null = null;
  private waiting = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.waiting);
    if (this.source) drafted(this.source).show(null);
  }

  /** A place was pressed in the output: a point is set or erased there, where a brush is in the hand. */
  point({ raw, erase }: Pressed): void {
    const { brush, curve, points } = this;
    if (brush === null || raw.length < 2) return;
    if (erase || brush === "erase") this.change(without(points, raw));
    else if (points.length >= MOST) this.trouble = `${MOST} points are the most that a link carries.`;
    else this.change(withPoint(points, curve || brush === "point" ? raw : [...raw, brush]));
  }

  // the session has taken what was sent; or it learns from something else, and what was set is no longer meant
  protected override hear(message: Message): void {
    if (message.kind !== "lane" && message.kind !== "hello" && message.kind !== "refused") return;
    const why = this.changing.refused.get("data.points");
    if (message.kind === "refused" || !this.draft) {
      if (why) this.trouble = why;
      return;
    }
    const { points = [], name } = this.experiment?.data ?? {};
    const taken = name === "points" && JSON.stringify(points) === JSON.stringify(this.sent);
    if (!taken && JSON.stringify(this.experiment?.data) === this.begunOn) return;
    if (!taken || this.draft === this.sent) this.forget();
  }
  private begunOn = "";

  protected override render() {
    return html`<details @toggle=${this.opened}>
        <summary>Your own points</summary>
        <p>Press in the output to set points; they start over. To erase one, choose erase and press it, or press it with shift or the right button. The link carries them.</p>
        <div class="choices" role="group" aria-label="what a press sets">
          ${this.brushes.map(
            (
              brush,
            ) => html`<button aria-pressed=${this.brush === brush} aria-label=${brush === "point" ? brush : `class ${brush}`} @click=${() => this.take(brush)}>
              <svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4" fill=${`var(--class-${brush === "point" ? 0 : brush})`}></circle></svg>${brush}
            </button>`,
          )}
          <button aria-pressed=${this.brush === "erase"} @click=${() => this.take("erase")}>erase</button>
          <button @click=${this.clear}>start empty</button>
        </div>
        <p aria-live="polite">${this.count}</p>
      </details>
      <details>
        <summary>Your own table</summary>
        <p>A CSV with a header, at most 20 MB. It stays on this computer; its columns are standardized unless you choose another scale.</p>
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

  private get lane(): LaneState | null {
    return this.heard.lane().state;
  }

  private get curve(): boolean {
    return this.lane !== null && isCurve(this.lane) && this.draft?.[0]?.length !== 3;
  }

  private get points(): Row[] {
    const { lane } = this;
    return this.draft ?? (lane ? pointsOf(lane, this.heard.lane().measured.get("data")) : []);
  }

  private get brushes(): readonly Brush[] {
    if (this.curve) return ["point"];
    return Array.from({ length: classesFor(this.draft ?? this.experiment?.data?.points ?? []) }, (_, i) => i);
  }

  private get count(): string {
    const { draft, lane } = this;
    const own = draft ?? (lane?.experiment.data?.name === "points" ? this.points : null);
    if (!own)
      return lane && canTake(lane) ? "The points that are there are taken up." : "They begin empty here.";
    return `${own.length} point${own.length === 1 ? "" : "s"}${own.length < FEWEST ? `, ${FEWEST} are needed` : ""}`;
  }

  private take(brush: Brush): void {
    this.brush = this.brush === brush ? null : brush;
  }

  private clear(): void {
    this.brush ??= this.brushes[0]!;
    this.change([]);
  }

  private opened(event: Event): void {
    if (!(event.target as HTMLDetailsElement).open) this.brush = null;
  }

  // shown at once; ten quick ones start over once
  private change(points: Row[]): void {
    if (!this.draft) this.begunOn = JSON.stringify(this.experiment?.data);
    this.trouble = "";
    this.draft = points;
    drafted(this.source).show(points);
    this.requestUpdate();
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.send(), QUIET_MS);
  }

  private send(): void {
    const { draft, lane, fields } = this;
    if (!draft || draft.length < FEWEST || !lane || !fields) return;
    this.sent = draft;
    this.changing.apply(settingsFor(lane, draft, fields), `Started over with your ${draft.length} points.`);
  }

  private forget(): void {
    this.draft = this.sent = null;
    drafted(this.source).show(null);
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
      ...asData(path, target, this.experiment?.data),
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
