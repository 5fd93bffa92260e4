/** What the lab's panels of controls share: a source, its memory, the schema, one rendering a frame. */
import { LitElement } from "lit";
import { property, state } from "lit/decorators.js";
import type { Setting } from "../controls/control";
import { type Plain, valueAt } from "../controls/field";
import type { Experiment } from "../generated/wire";
import { type Heard, heard } from "../heard/heard";
import type { Message, Source } from "../wire/source";
import { type Changing, changing } from "./changing";
import { type Fields, fields } from "./schema";

export abstract class Panel extends LitElement {
  @property({ attribute: false }) source!: Source;
  @state() protected fields: Fields | null = null;
  private stop: (() => void)[] = [];
  private listening: Source | null = null;
  private due = 0;

  /** Whether a message changes what stands here. Steps and measurements come 60 times a second. */
  protected concerns(message: Message): boolean {
    return message.kind === "hello" || message.kind === "lane";
  }

  protected get heard(): Heard {
    return heard(this.source);
  }

  protected get changing(): Changing {
    return changing(this.source);
  }

  protected get experiment(): Experiment | null {
    return this.heard.lane().state?.experiment ?? null;
  }

  protected value(path: string): Plain {
    return valueAt(this.experiment, path);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void fields().then((found) => (this.fields = found));
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
    cancelAnimationFrame(this.due);
    this.due = 0;
  }

  protected override willUpdate(): void {
    if (this.source && this.source !== this.listening) this.listen();
  }

  /** Called for every message, before anything is rendered. */
  protected hear(_message: Message): void {}

  protected soon(): void {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      this.requestUpdate();
    });
  }

  protected readonly set = (event: CustomEvent<Setting>): void => {
    const { path, value, done } = event.detail;
    this.changing.set(path, value, done);
  };

  private listen(): void {
    this.leave();
    this.listening = this.source;
    const hears = (message: Message) => {
      this.hear(message);
      if (this.concerns(message)) this.soon();
    };
    this.stop = [this.heard.on(hears), this.changing.on(() => this.soon())];
  }

  private leave(): void {
    for (const stop of this.stop) stop();
    this.stop = [];
    this.listening = null;
  }
}
