/** `<ls-cell>`: code of a post that can be edited and run where it stands. Python itself is the kernel's. */
import type { EditorView } from "@codemirror/view";
import { html, nothing, render } from "lit";
import { served } from "../course/course";
import { kernel, type Said } from "./kernel";
import { begin, say, take } from "./output";

const NO_EDITOR = "The editor could not be loaded: reload the page.";

export class Cell extends HTMLElement {
  private readonly bar = document.createElement("div");
  private readonly place = document.createElement("div");
  private given = ""; // the post's own code
  private written = "";
  private view: EditorView | null = null;
  private opening: Promise<void> | null = null;
  private running = false;
  private failed = false;
  private quiet: (() => void) | null = null;

  connectedCallback(): void {
    if (!served() || this.bar.isConnected || !this.source) return;
    this.given ||= this.written = this.source.textContent?.replace(/\n$/, "") ?? "";
    this.bar.className = "bar";
    this.place.className = "editor";
    this.place.hidden = true;
    this.source.after(this.place);
    this.prepend(this.bar);
    this.source.addEventListener("click", this.clicked);
    this.quiet = kernel().on((said) => this.hear(said));
    this.draw();
  }

  disconnectedCallback(): void {
    this.quiet?.();
    this.quiet = null;
    this.view?.destroy();
    this.view = this.opening = null;
  }

  get number(): number {
    return Number(this.dataset.cell);
  }

  /** Below the code; there from the first run on. */
  get output(): HTMLElement {
    const known = this.querySelector<HTMLElement>(":scope > .output");
    if (known) return known;
    const output = document.createElement("div");
    output.className = "output";
    this.append(output);
    return output;
  }

  private get source(): HTMLElement | null {
    return this.querySelector<HTMLElement>(":scope > pre");
  }

  private get name(): string {
    return `code cell ${this.number}`;
  }

  private draw(): void {
    const changed = this.written !== this.given;
    const { state } = kernel();
    render(
      html`
        <span class="state" role="status">${this.running ? (state === "starting" ? "starting Python …" : "running …") : nothing}</span>
        ${changed ? html`<button @click=${this.reset} aria-label=${`reset ${this.name}`}>reset</button>` : nothing}
        ${this.view ? nothing : html`<button @click=${this.edit} aria-label=${`edit ${this.name}`}>edit</button>`}
        ${
          this.failed || this.running
            ? html`<button @click=${this.restart} aria-label="restart Python"
          title="Begin with a fresh Python: what was run is forgotten">restart</button>`
            : nothing
        }
        ${
          this.running
            ? html`<button class="run" @click=${() => kernel().interrupt()} aria-label=${`interrupt ${this.name}`}>interrupt</button>`
            : html`<button class="run" @click=${this.run} aria-label=${`run ${this.name}`} title="Shift-Enter">run</button>`
        }
      `,
      this.bar,
    );
  }

  private readonly clicked = (): void => {
    if (getSelection()?.isCollapsed !== false) void this.edit(); // whoever marks text to copy it does not write
  };

  private readonly edit = async (): Promise<void> => {
    this.opening ??= this.open();
    await this.opening;
    this.view?.focus();
  };

  private async open(): Promise<void> {
    try {
      const { edit } = await import("./editor");
      if (!this.isConnected || !this.source) return;
      this.source.hidden = true;
      this.place.hidden = false;
      this.view = edit(this.place, {
        code: this.written,
        name: this.name,
        changed: (code) => this.changed(code),
        run: this.run,
      });
    } catch {
      this.opening = null;
      say(this.output, NO_EDITOR);
    }
    this.draw();
  }

  private changed(code: string): void {
    const was = this.written !== this.given;
    this.written = code;
    this.output.classList.add("stale");
    if (was !== (code !== this.given)) this.draw();
  }

  private readonly run = (): void => {
    if (this.running) return;
    this.running = true;
    this.failed = false;
    begin(this.output);
    kernel().run(this.number, this.written);
    this.draw();
  };

  private readonly restart = (): void => {
    kernel().restart();
    this.failed = false;
    this.draw();
  };

  private readonly reset = async (): Promise<void> => {
    this.written = this.given;
    if (this.view) (await import("./editor")).replace(this.view, this.given);
    this.output.classList.add("stale");
    this.draw();
  };

  private hear(said: Said): void {
    if (said.kind === "state") this.kernelIs(said.state, said.reason);
    else if (said.cell === this.number) {
      if (said.kind === "done") this.end(said.ok);
      else take(this.output, said);
    }
  }

  private kernelIs(state: string, reason = ""): void {
    if (!this.running) return;
    if (state === "dead") {
      say(this.output, reason);
      this.end(false);
    } else this.draw();
  }

  private end(ok: boolean): void {
    this.running = false;
    this.failed = !ok;
    this.draw();
  }
}

customElements.define("ls-cell", Cell);
