/** The plain PyTorch script of exactly this run, and its notebook. Writes no script: it asks for it. */
import type { EditorView } from "@codemirror/view";
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { shared } from "../../look/shared";
import type { Message } from "../../wire/source";
import { saveText } from "../chart/save";
import { Figure, notLoaded } from "../figure";

const PATIENCE_MS = 300; // a slider sends many changes; one script is enough

@customElement("ls-code")
export class CodeFigure extends Figure {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        height: 100%;
        min-height: 0;
      }
      header {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: calc(2 * var(--unit));
        margin-bottom: calc(2 * var(--unit));
      }
      .name {
        flex: 1;
        font-family: var(--mono);
        font-size: var(--tiny);
      }
      .editor {
        border: 1px solid var(--rule);
        min-height: 0;
        overflow: hidden;
      }
      @media (max-width: 900px) {
        :host {
          height: 28rem;
        }
      }
    `,
  ];
  @state() private text = "";
  @state() private name = "";
  @state() private said = "";
  private editor: EditorView | null = null;
  private opening: Promise<void> | null = null;
  private quiet: (() => void) | null = null;
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.attend();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.quiet?.();
    this.quiet = null;
    this.editor?.destroy();
    this.editor = this.opening = null;
  }

  protected override updated(): void {
    super.updated();
    this.attend();
  }

  private attend(): void {
    if (this.quiet || !this.source || !this.isConnected) return;
    this.quiet = this.heard.on((message) => this.take(message));
    this.source.send({ do: "code", to: "script", lane: this.lane });
  }

  private take(message: Message): void {
    if (message.kind === "code" && message.lane === this.lane) this.answered(message);
    else if ((message.kind === "lane" && message.lane === this.lane) || message.kind === "hello")
      this.askSoon();
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(
      () => this.source.send({ do: "code", to: "script", lane: this.lane }),
      PATIENCE_MS,
    );
  }

  private answered({ to, text, name }: Extract<Message, { kind: "code" }>): void {
    if (to === "notebook") saveText(text, ending(name, "ipynb"), "application/x-ipynb+json");
    else {
      this.text = text;
      this.name = ending(name, "py");
      this.drawSoon();
    }
  }

  protected override concerns(): boolean {
    return false; // nothing of the run's own course changes the script
  }

  protected draw(): void {
    if (!this.text) return;
    this.opening ??= import("./editor").then(
      ({ editor }) => {
        if (!this.isConnected) return;
        this.editor = editor(this.renderRoot.querySelector(".editor")!, this.renderRoot as ShadowRoot);
        this.drawSoon();
      },
      () => {
        this.said = notLoaded("editor");
      },
    );
    const { editor } = this;
    if (!editor || editor.state.doc.toString() === this.text) return;
    const top = editor.scrollDOM.scrollTop;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: this.text } });
    editor.scrollDOM.scrollTop = top;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.said = "copied";
    } catch {
      this.said = "The browser does not allow copying; select the text instead.";
    }
  }

  protected override render() {
    const none = !this.text;
    return html`
      <header>
        <span class="name">${this.name || nothing}</span>
        <span class="soft" role="status">${this.said}</span>
        <button ?disabled=${none} @click=${this.copy}>copy</button>
        <button ?disabled=${none} @click=${() => saveText(this.text, this.name, "text/x-python")}>.py</button>
        <button
          ?disabled=${none}
          @click=${() => this.source.send({ do: "code", to: "notebook", lane: this.lane })}
        >
          .ipynb
        </button>
      </header>
      <div class="editor" @keydown=${(event: Event) => event.stopPropagation()}></div>
    `;
  }
}

const ending = (name: string, by: string) => `${(name || "loop").replace(/\.(py|ipynb)$/, "")}.${by}`;
