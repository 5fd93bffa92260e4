/** One calm line: what a person should know now, and what the control in hand means. It has a place of its own. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { icon } from "../controls/icons";
import { shared } from "../look/shared";
import { type Preset, presets } from "../wire/api";
import type { Message } from "../wire/source";
import { type Deed, type Notice, Noticing } from "./noticing";
import { Panel } from "./panel";

const LOST_MS = 700; // a reload of the server's end is not worth a word

@customElement("ls-notices")
export class Notices extends Panel {
  static override styles = [
    shared,
    css`
      :host {
        border-bottom: 1px solid var(--rule);
        display: grid;
        gap: calc(4 * var(--unit));
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        min-height: 2rem;
        padding: 0 calc(3 * var(--unit));
      }
      .told,
      .help {
        align-items: center;
        display: flex;
        font-size: var(--tiny);
        gap: calc(2 * var(--unit));
        min-width: 0;
      }
      .help {
        color: var(--ink-soft);
        justify-content: flex-end;
        text-align: right;
      }
      .text {
        display: -webkit-box;
        line-height: 1.25;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .told.many {
        grid-column: 1 / -1;
      }
      button {
        flex: none;
        font-size: var(--tiny);
        min-height: 1.5rem;
      }
      .close {
        background: none;
        border: 0;
        display: flex;
        align-items: center;
        padding: 0 var(--unit);
      }
      .mark {
        flex: none;
        font-weight: 600;
      }
      @media (max-width: 900px) {
        :host {
          border: 0;
          display: block;
          padding: var(--unit) calc(3 * var(--unit));
        }
        .told {
          flex-wrap: wrap;
        }
        .help {
          display: none;
        }
      }
    `,
  ];
  /** What the control under the hand means; shown where nothing is wrong. */
  @state() help = "";
  @state() private presets: readonly Preset[] = [];
  private readonly noticing = new Noticing();
  private lost = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void presets().then(
      (all) => (this.presets = all),
      () => undefined,
    );
  }

  protected override concerns(message: Message): boolean {
    return message.kind !== "events" || message.events.some((event) => event.kind === "RunEnded");
  }

  protected override hear(message: Message): void {
    if (message.kind === "connection") this.connection(message);
    else
      this.noticing.take(
        message,
        this.heard.lanes.map((lane) => lane.state),
      );
  }

  protected override render() {
    const all = this.shown();
    const [first] = all;
    const wide = first && (first.trouble || !this.help);
    return html`<div class="told ${wide ? "many" : ""}" role="status" aria-live="polite">
        ${first ? this.one(first, all.length - 1) : html`<span class="text soft">${this.commentary}</span>`}
      </div>
      ${wide ? nothing : html`<div class="help"><span class="text">${this.help}</span></div>`}`;
  }

  /** What a preset shows, while its data and model are what they were. */
  private get commentary(): string {
    const now = this.experiment;
    if (!now) return "Starting PyTorch …";
    const preset = this.presets.find(({ name }) => name === now.name);
    const same = (part: "data" | "model") =>
      JSON.stringify(preset?.experiment[part]) === JSON.stringify(now[part]);
    return preset && same("data") && same("model") ? preset.summary : "";
  }

  // a run started over is known to whoever changed it, not to the stream
  private shown(): Notice[] {
    const { startedOver } = this.changing;
    const undo = { text: "Undo", deed: { undo: true } as const };
    const all = this.noticing.all;
    return startedOver
      ? [...all, { key: "over", trouble: false, text: startedOver.words, deeds: [undo] }]
      : all;
  }

  private one(notice: Notice, more: number) {
    return html`${notice.trouble ? html`<span class="mark trouble">!</span>` : nothing}
      <span class="text" title=${notice.text}>${notice.text}</span>
      ${notice.deeds.map(({ text, deed }) => html`<button @click=${() => this.act(notice, deed)}>${text}</button>`)}
      <button class="close" aria-label="dismiss" @click=${() => this.dismiss(notice)}>${icon("close")}</button>
      ${more > 0 ? html`<span class="soft">${more} more</span>` : nothing}`;
  }

  private act(notice: Notice, deed: Deed): void {
    if ("undo" in deed) this.changing.undo(); // before it is dismissed, which forgets what was before
    this.dismiss(notice);
    if ("undo" in deed) return;
    if ("insist" in deed) this.changing.insist(deed.insist, deed.lane);
    else for (const command of deed.send) this.source.send(command);
  }

  private dismiss({ key }: Notice): void {
    this.noticing.dismiss(key);
    if (key === "over") this.changing.forget();
    this.requestUpdate();
  }

  private connection(message: Message & { kind: "connection" }): void {
    clearTimeout(this.lost);
    if (message.open) this.noticing.take(message, []);
    else
      this.lost = window.setTimeout(() => {
        this.noticing.take(message, []);
        this.requestUpdate();
      }, LOST_MS);
  }
}
