/** What all figures share: a source, its memory, and one drawing a frame. Knows no host and no layout. */
import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import { type Heard, heard } from "../heard/heard";
import { want } from "../heard/wanted";
import type { Message, Source } from "../wire/source";
import { Sizes } from "./sizes";

const darkness = matchMedia("(prefers-color-scheme: dark)");

/** What to say where a part of the page did not come: it was built anew since it was opened, or the server is gone. */
export const notLoaded = (what: string) =>
  `The ${what} could not be loaded. Reload the page; the session goes on.`;

export abstract class Figure extends LitElement {
  @property({ attribute: false }) source!: Source;
  @property({ type: Number }) lane = 0;

  private stop: (() => void) | null = null;
  private due = 0;
  protected readonly sizes = new Sizes(() => this.drawSoon());
  private readonly resized = new ResizeObserver(() => this.drawSoon());
  private readonly themed = new MutationObserver(() => this.drawSoon());
  private readonly darkened = () => this.drawSoon();

  /** Instruments that this figure draws; asked for while it is on the page. */
  protected get instruments(): readonly string[] {
    return [];
  }

  /** Draw what is known now. Called at most once a frame, when something came that `concerns` this figure. */
  protected abstract draw(): void;

  protected get heard(): Heard {
    return heard(this.source);
  }

  /** Whether a message changes what is drawn; those of other lanes never do. */
  protected concerns(message: Message): boolean {
    return !("lane" in message) || message.lane === null || message.lane === this.lane;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
    this.resized.observe(this);
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    darkness.addEventListener("change", this.darkened);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.stop = null;
    if (this.source) want(this.source, this, []);
    this.resized.disconnect();
    this.sizes.clear();
    this.themed.disconnect();
    darkness.removeEventListener("change", this.darkened);
    cancelAnimationFrame(this.due);
    this.due = 0;
  }

  protected override updated(): void {
    this.listen();
    this.drawSoon();
  }

  /** Ask anew for what `instruments` says. */
  protected wish(): void {
    if (this.source && this.isConnected) want(this.source, this, this.instruments);
  }

  protected drawSoon(): void {
    if (this.due || !this.source || !this.isConnected) return;
    this.due = requestAnimationFrame(() => {
      this.due = 0;
      if (this.hasUpdated) this.draw();
    });
  }

  private listen(): void {
    if (this.stop || !this.source || !this.isConnected) return;
    this.wish();
    this.stop = this.heard.on((message) => {
      if (this.concerns(message)) this.drawSoon();
    });
  }
}
