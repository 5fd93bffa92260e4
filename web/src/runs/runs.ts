/** Every recorded run: the list, and beside it those that are chosen. Draws no curve and knows no session. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import type { Source } from "../wire/source";
import "./panel";
import "./table";
import { choose } from "./chosen";
import { Deleting } from "./deleting";
import { NEWEST, type Sorting, sorted, steady } from "./order";
import type { Run } from "./record";
import { runsStyle } from "./runs-style";
import { Sparks } from "./sparks";
import type { Choosing } from "./table";
import { Watching } from "./watching";
import { count } from "./words";

@customElement("ls-runs")
export class Runs extends LitElement {
  static override styles = [shared, runsStyle];
  /** The session that chosen runs are begun anew in. */
  @property({ attribute: false }) source: Source | null = null;
  @state() private shown: readonly Run[] = [];
  @state() private sorting: Sorting = NEWEST;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private pictures = 0;
  private latest = ""; // chosen last, from where a range begins
  private held = false; // a pointer or the keyboard is in the list: rows stay where they are
  private whole = false; // `shown` are all runs there are
  private readonly watching = new Watching(() => this.heard());
  private readonly deleting = new Deleting(() => this.heard());
  private readonly sparks = new Sparks(() => this.pictures++);

  override connectedCallback(): void {
    super.connectedCallback();
    this.watching.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching.end();
  }

  private heard(): void {
    const there = this.watching.runs.filter((run) => !this.deleting.gone.has(run.run));
    const order = this.shown.map((run) => run.run);
    this.shown = this.held && this.whole ? steady(order, there) : sorted(there, this.sorting);
    this.whole = this.watching.complete;
    this.requestUpdate();
  }

  private sort(event: CustomEvent<Sorting>): void {
    this.sorting = event.detail;
    this.shown = sorted(this.shown, this.sorting);
  }

  private choose({ detail: { run, how } }: CustomEvent<{ run: string; how: Choosing }>): void {
    const order = this.shown.map((each) => each.run);
    this.chosen = choose(this.chosen, run, how, order, this.latest);
    if (how !== "range") this.latest = run;
  }

  private async delete(): Promise<void> {
    const runs = [...this.chosen];
    this.chosen = new Set();
    await this.deleting.delete(runs);
  }

  private async takeBack(): Promise<void> {
    this.watching.put(await this.deleting.undo());
  }

  private find(event: Event): void {
    this.watching.find((event.target as HTMLInputElement).value.trim());
  }

  protected override render() {
    const chosen = this.shown.filter((run) => this.chosen.has(run.run));
    const hold = (held: boolean) => () => {
      this.held = held;
    };
    return html`
      <header>
        <h2>Runs</h2>
        <input type="search" aria-label="Search runs" placeholder="name, status, source, notes …" @input=${this.find} />
        <span class="soft count" role="status">${this.counted()}</span>
      </header>
      ${this.watching.failure ? html`<p class="trouble said" role="alert">${this.watching.failure}</p>` : nothing}
      <div class="body ${chosen.length ? "beside" : ""}">
        ${
          this.shown.length || !this.watching.asked
            ? html`<ls-runs-table
                .runs=${this.shown}
                .sorting=${this.sorting}
                .chosen=${this.chosen}
                .sparks=${this.sparks}
                .drawn=${this.pictures}
                @sort=${this.sort}
                @choose=${this.choose}
                @pointerenter=${hold(true)}
                @pointerleave=${hold(false)}
              ></ls-runs-table>`
            : this.none()
        }
        ${
          chosen.length
            ? html`<ls-runs-panel
                .runs=${chosen}
                .source=${this.source}
                @delete=${this.delete}
                @close=${() => {
                  this.chosen = new Set();
                }}
                @noted=${() => this.watching.now()}
              ></ls-runs-panel>`
            : nothing
        }
      </div>
      <div class="foot" role="status">${this.undo()}</div>
    `;
  }

  private counted(): string {
    if (!this.watching.asked) return "Reading the record …";
    const running = this.shown.filter((run) => run.status === "running").length;
    const runs = `${count(this.shown.length)} ${this.shown.length === 1 ? "run" : "runs"}`;
    if (!this.watching.complete) return `the newest ${runs} …`;
    return running ? `${runs}, ${running} running` : runs;
  }

  private none() {
    if (this.watching.search)
      return html`<p class="none soft">No run has “${this.watching.search}” in its name, status, source or notes.</p>`;
    return html`<p class="none soft">
      Nothing recorded yet. Press play in the lab, or in a terminal:<br /><code>loopscope train moons-mlp</code>
    </p>`;
  }

  private undo() {
    const runs = this.deleting.undoable;
    const refusal = this.deleting.failure
      ? html`<span class="trouble">${this.deleting.failure}</span>`
      : nothing;
    if (!runs) return refusal;
    return html`<span>Deleted ${runs} ${runs === 1 ? "run" : "runs"}.</span>
      <button @click=${this.takeBack}>Undo</button>
      <span class="soft">for 30 s</span> ${refusal}`;
  }
}
