/** `<ls-exercise>`: a task, the learner's code, a check that says what is missing. Judges nothing itself. */
import type { EditorView } from "@codemirror/view";
import { html, nothing, render } from "lit";
import { served } from "../course/course";
import { ask, post, Refused } from "../wire/api";
import { number } from "./kernel";
import { setFormulas } from "./math";
import type { Hint, Task, Verdict } from "./tasks";

export class Exercise extends HTMLElement {
  private readonly below = document.createElement("div");
  private readonly place = document.createElement("div");
  private task: Task | null = null;
  private written = "";
  private view: EditorView | null = null;
  private opening: Promise<void> | null = null;
  private busy = "";
  private failure = "";
  private verdict: Verdict | null = null;
  private hints: Hint[] = [];
  private solution = "";
  private asked = ""; // what was said where the solution was asked for too early
  private readonly coming = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void this.begin();
    },
    { rootMargin: "200px" },
  );

  connectedCallback(): void {
    if (!served() || this.below.isConnected) return;
    this.below.className = "below";
    this.place.className = "editor";
    this.place.hidden = true;
    this.source?.after(this.place);
    this.source?.addEventListener("click", this.clicked);
    this.append(this.below);
    this.coming.observe(this);
    this.draw();
  }

  disconnectedCallback(): void {
    this.coming.disconnect();
    this.view?.destroy();
    this.view = this.opening = null;
  }

  private get source(): HTMLElement | null {
    return this.querySelector<HTMLElement>(":scope > pre");
  }

  private get name(): string {
    return this.dataset.exercise ?? "";
  }

  private get path(): string {
    return `exercises/${encodeURIComponent(number())}/${encodeURIComponent(this.name)}`;
  }

  private async begin(): Promise<void> {
    this.coming.disconnect();
    if (this.task) return;
    await this.trying("", async () => {
      const task = await ask<Task>(this.path);
      this.task = task;
      this.written ||= task.code;
      if (this.source) this.source.textContent = this.written;
      if (task.done) this.dataset.done = "yes";
    });
  }

  private draw(): void {
    render(
      html`${this.buttons()}${this.said()}${this.verdict ? this.judged(this.verdict) : nothing}${this.more()}`,
      this.below,
    );
  }

  private buttons() {
    const { task } = this;
    const left = task ? task.hints - this.hints.length : 0;
    const off = !task || Boolean(this.busy);
    return html`<div class="bar" role="group" aria-label=${`exercise ${this.name}`}>
      <button class="run" ?disabled=${off} @click=${this.check} title="Shift-Enter">check</button>
      ${this.view ? nothing : html`<button ?disabled=${off} @click=${this.edit}>edit</button>`}
      <button ?disabled=${off || left <= 0} @click=${this.hint}>hint${task ? html` <span class="count">${this.hints.length}/${task.hints}</span>` : nothing}</button>
      <button ?disabled=${off} @click=${this.reset}>reset</button>
      <button ?disabled=${off} @click=${this.solve}>${this.asked && !this.solution ? "show it anyway" : "solution"}</button>
      <span class="state">${task?.done ? "done ✓" : nothing}</span>
    </div>`;
  }

  private said() {
    const sentence = this.busy || this.failure || this.asked || this.verdict?.sentence || "";
    const kind = this.busy
      ? ""
      : this.failure
        ? "problem"
        : this.asked
          ? ""
          : this.verdict?.passed
            ? "passed"
            : "wrong";
    return html`<p class=${`verdict ${kind}`} role="status">${marked(sentence)}</p>`;
  }

  private judged(verdict: Verdict) {
    if (this.busy) return nothing;
    return html`
      ${verdict.details.length ? html`<ul class="details">${verdict.details.map((each) => html`<li>${marked(each)}</li>`)}</ul>` : nothing}
      ${
        verdict.yours || verdict.wanted
          ? html`<div class="pictures">
        ${this.picture("yours", verdict.yours)}${this.picture("wanted", verdict.wanted)}
      </div>`
          : nothing
      }
    `;
  }

  private picture(what: string, png: string | null) {
    if (!png) return nothing;
    const words = `${what}: ${this.verdict?.sentence ?? ""}`;
    return html`<figure><img src=${`data:image/png;base64,${png}`} alt=${words} /><figcaption>${what}</figcaption></figure>`;
  }

  private more() {
    return html`
      ${this.hints.length ? html`<ol class="hints" aria-live="polite">${this.hints.map((hint) => html`<li class="hint" .innerHTML=${hint.html}></li>`)}</ol>` : nothing}
      ${this.solution ? html`<details open><summary>Solution</summary><pre tabindex="0"><code>${this.solution}</code></pre></details>` : nothing}
    `;
  }

  private readonly clicked = (): void => {
    if (getSelection()?.isCollapsed !== false) void this.edit();
  };

  private readonly edit = async (): Promise<void> => {
    await this.begin();
    this.opening ??= this.open();
    await this.opening;
    this.view?.focus();
  };

  private async open(): Promise<void> {
    await this.trying("", async () => {
      const { edit } = await import("./editor");
      if (!this.isConnected || !this.source) return;
      this.source.hidden = true;
      this.place.hidden = false;
      this.view = edit(this.place, {
        code: this.written,
        name: `your code for ${this.name}`,
        changed: (code) => {
          this.written = code;
        },
        run: this.check,
      });
    });
  }

  private readonly check = (): Promise<void> =>
    this.trying("checking …", async () => {
      this.asked = "";
      const verdict = await post<Verdict>(`${this.path}/check`, { code: this.written });
      this.verdict = verdict;
      if (verdict.passed && this.task) {
        this.task = { ...this.task, done: true };
        this.dataset.done = "yes";
      }
    });

  private readonly hint = (): Promise<void> =>
    this.trying("", async () => {
      this.hints = [...this.hints, await post<Hint>(`${this.path}/hint`, { shown: this.hints.length })];
      this.draw();
      await setFormulas(this.below);
    });

  private readonly reset = (): Promise<void> =>
    this.trying("", async () => {
      const { code } = await post<{ code: string }>(`${this.path}/reset`, {});
      this.written = code;
      this.verdict = null;
      if (this.view) (await import("./editor")).replace(this.view, code);
      else if (this.source) this.source.textContent = code;
    });

  private readonly solve = (): Promise<void> =>
    this.trying("", async () => {
      try {
        this.solution = (await post<{ code: string }>(`${this.path}/solution`, {})).code;
        this.asked = "";
      } catch (error) {
        if (!(error instanceof Refused && error.status === 409)) throw error;
        this.asked = error.message;
      }
    });

  private async trying(busy: string, what: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = busy;
    this.failure = "";
    this.draw();
    try {
      await what();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    this.busy = "";
    this.draw();
  }
}

// names stand between backticks
const marked = (words: string) =>
  words.split("`").map((each, i) => (i % 2 ? html`<code>${each}</code>` : each));

customElements.define("ls-exercise", Exercise);
