/** A post's figure: plays what was recorded, and trains anew where something can. Computes nothing it shows. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { letter, lineLook } from "../compare/lines";
import type { Setting } from "../controls/control";
import type { Plain } from "../controls/field";
import { served } from "../course/course";
import { type Heard, heard } from "../heard/heard";
import { shared } from "../look/shared";
import { beside } from "../wire/beside";
import type { LiveSource } from "../wire/live";
import type { Message, SessionState, Source } from "../wire/source";
import { control, NEEDS_PYTORCH } from "./controls";
import {
  type Bundle,
  type Changeable,
  experimentsWith,
  type Given,
  givenIn,
  givenOf,
  type ScopeData,
} from "./given";
import { same } from "./levels";
import { drawn, drawnTogether, loaded } from "./panels";
import { bytesOf, recordingOf } from "./recording";
import { ReplaySource } from "./replay";
import { scopeStyle } from "./scope-style";
import "./transport";
import type { Asked } from "./transport";

/** Whoever can train for this figure beside a server: the kernel of a notebook. Answers with a replay. */
export interface Kernel {
  change(settings: Readonly<Record<string, Plain>>): Promise<Uint8Array>;
}

const WATCHED_S = 8; // a whole run is played in so long: fast enough not to wait, slow enough to see
const FAILED = "This figure could not be loaded; its picture says the same.";

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      (target as Scope).come();
    }
  },
  { rootMargin: "400px" },
);

@customElement("ls-scope")
export class Scope extends LitElement {
  static override styles = [shared, scopeStyle];
  /** What the cell's output says: the data alone, or with a replay. What stands in the element, where none is set. */
  @property({ attribute: false }) data: ScopeData | Bundle | null = null;
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
  private taken: readonly [data: unknown, replay: unknown] | null = null;
  private near = false;

  override connectedCallback(): void {
    super.connectedCallback();
    near.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    near.unobserve(this);
    this.recorded?.close();
    if (this.live) void import("./live").then(({ leave }) => leave(this));
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("data") || changed.has("replay")) this.take();
  }

  /** It comes near the screen: time to load what it draws. */
  come(): void {
    this.near = true;
    this.take();
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
    const [data, replay] = this.taken ?? [];
    if (!this.near || (this.taken && data === this.data && replay === this.replay)) return;
    this.taken = [this.data, this.replay];
    const found = this.data ? givenOf(this.data) : givenIn(this);
    this.given = { ...found, replay: this.replay ?? found.replay };
    if (found.data) void this.prepare(this.given).catch(() => (this.trouble = FAILED));
  }

  private async prepare({ data, replay, beside: path }: Given): Promise<void> {
    const coming = replay ?? (path ? beside<string>(path).then(bytesOf) : null);
    await loaded(data!.show, data!.headings.length);
    const bytes = await coming;
    if (bytes) await this.record(bytes);
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
    if (this.live && this.now?.playing && this.now.step >= this.steps)
      this.live.send({ do: "seek", step: this.steps }); // until it is heard, the loop goes on
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
      ${keyed(this.source, this.figures(data, this.source))}
      <div class="foot">
        <ls-scope-transport .now=${this.now} .steps=${this.steps} ?disabled=${this.busy} @asked=${this.asked}></ls-scope-transport>
        ${data.change.length ? html`<div class="changes" @setting=${this.set}>${data.change.map((change) => this.control(change))}</div>` : nothing}
        <p role="status" class=${this.trouble ? "trouble" : ""}>${this.trouble || this.said || this.standing(data)}</p>
      </div>
    </div>`;
  }

  private figures(data: ScopeData, source: Source) {
    const lanes = data.headings.length;
    return html`<div class="lanes ${lanes > 1 ? "several" : ""}">
        ${data.headings.map((heading, lane) => this.lane(data, source, heading, lane))}
      </div>
      ${data.show.map((name) => drawnTogether(name, source, lanes))}`;
  }

  private lane(data: ScopeData, source: Source, heading: string, lane: number) {
    const lanes = data.headings.length;
    return html`<section aria-label=${heading}>
      ${lanes > 1 ? headed(heading, lane) : nothing}
      ${data.show.map((name) => drawn(name, source, lane, lanes))}
    </section>`;
  }

  private control(change: Changeable) {
    const { path, now } = change;
    const value = path in this.values ? this.values[path]! : now;
    return control(change, value, this.canTrain || this.kernel !== null, this.levels.get(path));
  }

  /** Where the numbers come from, and what cannot be had here. */
  private standing(data: ScopeData): string {
    if (this.live) return "Trained by PyTorch on your computer, just now.";
    const origin = "A recording of a real run.";
    if (this.canTrain || this.kernel) return origin;
    const off = data.change.filter(({ path }) => !this.levels.has(path)).map(({ name }) => name);
    return off.length ? `${origin} Changing ${off.join(" or ")} ${NEEDS_PYTORCH}.` : origin;
  }
}

function headed(heading: string, lane: number) {
  const { colour, dashed } = lineLook(lane);
  return html`<h3>
    <i class=${dashed ? "dashed" : ""} aria-hidden="true" .style=${`border-color: var(--${colour})`}></i>
    ${letter(lane)} · ${heading}
  </h3>`;
}
