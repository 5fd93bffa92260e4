/** A post's figure: plays what was recorded, and trains anew where something can. Computes nothing it shows. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Setting } from "../controls/control";
import type { Field, Plain } from "../controls/field";
import "../controls/slider";
import { served } from "../course/course";
import { type Heard, heard } from "../heard/heard";
import { shared } from "../look/shared";
import type { LiveSource } from "../wire/live";
import type { Message, SessionState, Source } from "../wire/source";
import { type Changeable, experimentsWith, type Given, givenIn, givenOf, type ScopeData } from "./given";
import "./levels";
import { ordered } from "./levels";
import { drawn, loaded } from "./panels";
import { recordingOf } from "./recording";
import { ReplaySource } from "./replay";
import { scopeStyle } from "./scope-style";
import "./transport";
import type { Asked } from "./transport";

/** Whoever can train for this figure beside a server: the kernel of a notebook. Answers with a replay. */
export interface Kernel {
  change(settings: Readonly<Record<string, Plain>>): Promise<Uint8Array>;
}

const WATCHED_S = 8; // a whole run is played in so long: fast enough not to wait, slow enough to see
const NEEDS_PYTORCH = "needs PyTorch: open this post with “loopscope learn”, or as a notebook";
const FAILED = "This figure could not be loaded; its picture says the same.";

@customElement("ls-scope")
export class Scope extends LitElement {
  static override styles = [shared, scopeStyle];
  @property({ attribute: false }) data: ScopeData | null = null;
  @property({ attribute: false }) replay: Uint8Array | null = null;
  @property({ attribute: false }) kernel: Kernel | null = null;
  @state() private given: Given | null = null;
  @state() private source: Source | null = null;
  @state() private now: SessionState | null = null;
  @state() private values: Readonly<Record<string, Plain>> = {};
  @state() private said = "";
  @state() private trouble = "";
  @state() private busy = false;
  private recorded: ReplaySource | null = null;
  private levels = new Map<string, Plain[]>(); // of fields, that were recorded
  private live: LiveSource | null = null;
  private stop: (() => void) | null = null;
  private preparing: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.take();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.recorded?.close();
    if (this.live) void import("./live").then(({ leave }) => leave(this));
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("data") || changed.has("replay")) this.take();
  }

  /** Another figure of the page has taken the session. */
  released(): void {
    if (!this.live) return;
    this.live = null;
    this.values = {};
    this.said = "Another figure is being trained; this one shows its recording again.";
    this.watch(this.recorded);
  }

  // what it is given

  private take(): void {
    const own = givenIn(this);
    const set = this.data ? givenOf(this.data) : own;
    const given = { data: set.data ?? own.data, replay: this.replay ?? set.replay ?? own.replay };
    const same = given.data === this.given?.data && given.replay === this.given?.replay;
    if (!given.data || (same && this.preparing)) return;
    this.given = given;
    this.preparing = given;
    void this.prepare(given).catch(() => (this.trouble = FAILED));
  }

  private async prepare({ data, replay }: Given): Promise<void> {
    await loaded(data!.show);
    if (replay) await this.record(replay);
  }

  private async record(replay: Uint8Array): Promise<void> {
    const recording = await recordingOf(replay);
    this.levels = new Map();
    for (const { settings } of recording.takes)
      for (const [path, level] of Object.entries(settings))
        this.levels.set(path, [...(this.levels.get(path) ?? []), level as Plain]);
    this.recorded?.close();
    this.recorded = new ReplaySource(recording);
    if (!this.live) this.watch(this.recorded);
  }

  private watch(source: Source | null): void {
    this.stop?.();
    this.stop = null;
    this.source = source;
    this.now = null;
    if (!source) return;
    const memory = heard(source);
    this.stop = memory.on((message) => this.hear(memory, message));
  }

  private hear(memory: Heard, message: Message): void {
    if (message.kind === "refused")
      this.trouble = message.problems
        .map((each) => `${each.field} is ${each.value}; allowed ${each.allowed}. ${each.try_next}`)
        .join(" ");
    if (message.kind === "worker" && !message.alive) this.trouble = message.reason;
    if (message.kind !== "state" && message.kind !== "hello") return;
    this.now = memory.state;
    if (this.live && this.now?.playing && this.now.step >= this.steps) this.live.send({ do: "pause" });
  }

  // what the reader does

  private readonly asked = ({ detail }: CustomEvent<Asked>): void => {
    this.trouble = "";
    if (detail.do === "play" && this.canTrain && !this.live) return void this.train(this.values);
    const source = this.source;
    if (!source) return;
    if (detail.do === "step") source.send({ do: "advance", by: "batch" });
    else if (detail.do === "seek")
      source.send({
        do: "seek",
        step: Math.min(detail.step, this.live ? (this.now?.head ?? 0) : detail.step),
      });
    else {
      if (detail.do === "play" && this.live && (this.now?.step ?? 0) >= this.steps)
        source.send({ do: "reset" });
      source.send({ do: detail.do });
    }
  };

  private readonly set = ({ detail: { path, value, done } }: CustomEvent<Setting>): void => {
    const change = this.given!.data!.change.find((each) => each.path === path)!;
    const values = { ...this.values, [path]: value };
    if (same(value, change.now)) delete (values as Record<string, Plain>)[path];
    const trains = this.canTrain || this.kernel;
    if (trains && !done) return; // it trains when the hand lets go
    this.trouble = "";
    if (this.kernel) void this.ask(values);
    else if (this.canTrain) void this.train(values);
    else if (this.recorded?.choose(values)) this.values = values;
  };

  private async ask(values: Readonly<Record<string, Plain>>): Promise<void> {
    const before = this.values;
    this.values = values;
    await this.meanwhile("PyTorch is training …", async () => {
      await this.record(await this.kernel!.change(values));
      this.recorded?.send({ do: "play" });
    });
    if (this.trouble) this.values = before;
  }

  private async train(values: Readonly<Record<string, Plain>>): Promise<void> {
    const before = this.values;
    this.values = values;
    await this.meanwhile("Starting PyTorch …", async () => {
      const experiments = experimentsWith(this.given!.data!, values);
      if (this.live) this.live.send({ do: "start", experiments: experiments.map((each) => ({ ...each })) });
      else {
        const { begin } = await import("./live");
        this.live = await begin(this, experiments);
        this.watch(this.live);
      }
      this.live.send({ do: "speed", steps_per_second: Math.max(5, this.steps / WATCHED_S) });
      this.live.send({ do: "play" });
    });
    if (this.trouble) this.values = before;
  }

  private async meanwhile(words: string, act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.said = words;
    try {
      await act();
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    this.busy = false;
    this.said = "";
  }

  private get canTrain(): boolean {
    return !this.kernel && served();
  }

  private get steps(): number {
    return this.given?.data?.steps ?? 0;
  }

  // what it looks like

  protected override render() {
    const data = this.given?.data;
    if (!data || !this.source)
      return html`<slot></slot>${this.trouble ? html`<p class="trouble">${this.trouble}</p>` : nothing}`;
    return html`<div class="all" role="group" aria-label=${data.alt}>
      ${keyed(this.source, html`<div class="lanes ${data.headings.length > 1 ? "several" : ""}">${data.headings.map((heading, lane) => this.lane(data, heading, lane))}</div>`)}
      <div class="foot">
        <ls-scope-transport .now=${this.now} .steps=${this.steps} ?disabled=${this.busy} @asked=${this.asked}></ls-scope-transport>
        ${data.change.length ? html`<div class="changes" @setting=${this.set}>${data.change.map((change) => this.control(change, data))}</div>` : nothing}
        <p role="status" class=${this.trouble ? "trouble" : ""}>${this.trouble || this.said || this.standing(data)}</p>
      </div>
    </div>`;
  }

  private lane(data: ScopeData, heading: string, lane: number) {
    const several = data.headings.length > 1;
    return html`<section aria-label=${heading}>
      ${several ? html`<h3>${heading}</h3>` : nothing}
      ${data.show.map((name) => drawn(name, this.source!, lane))}
    </section>`;
  }

  private control(change: Changeable, data: ScopeData) {
    const { path, scale } = change;
    const value = path in this.values ? this.values[path]! : change.now;
    const free = this.canTrain || this.kernel !== null;
    const known = this.levels.get(path);
    const off = !free && !known;
    const field = fieldOf(change, off);
    const label =
      change.lanes.length < data.headings.length
        ? `${change.name}, ${data.headings[change.lanes[0]!]}`
        : change.name;
    if (free && scale)
      return html`<ls-slider .field=${field} .value=${value} .scale=${scale} .label=${label}></ls-slider>`;
    const levels =
      free || off
        ? change.levels
        : change.levels.filter(
            (level) => same(level, change.now) || known!.some((each) => same(each, level)),
          );
    return html`<ls-levels .field=${field} .value=${value} .levels=${levels} .label=${label} ?disabled=${off}></ls-levels>`;
  }

  /** Where the numbers come from, and what cannot be had here. */
  private standing(data: ScopeData): string {
    if (this.live) return "Trained by PyTorch on your computer, just now.";
    const origin = "A recording of a real run.";
    if (this.canTrain || this.kernel) return origin;
    const off = data.change.filter(({ path }) => !this.levels.has(path)).map(({ name }) => name);
    return off.length ? `${origin} To change ${off.join(" or ")} ${NEEDS_PYTORCH}.` : origin;
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function fieldOf(change: Changeable, off: boolean): Field {
  const kind = ordered(change.levels) ? "number" : "choice";
  const { path, name, allowed } = change;
  const help = off ? `${change.help} (${NEEDS_PYTORCH})` : change.help;
  return {
    path,
    name,
    help,
    kind,
    allowed,
    nullable: false,
    usual: change.now,
    example: null,
    choices: [],
    least: null,
    most: null,
  };
}
