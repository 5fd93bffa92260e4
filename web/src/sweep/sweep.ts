/** Many experiments at once, each a live tile: chosen, started, watched, opened. Draws no tile and judges no result. */
import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Experiment } from "../generated/wire";
import { heard } from "../heard/heard";
import { shared } from "../look/shared";
import { ask } from "../wire/api";
import type { Source } from "../wire/source";
import "./chooser";
import type { Asked } from "./chooser";
import "./earlier";
import type { EarlierSweeps } from "./earlier";
import "./grid";
import type { SweepGrid } from "./grid";
import { liveShown, type Recorded, recordedShown, type Shown } from "./shown";
import { sweepStyle } from "./sweep-style";
import { type Tiling, tiling } from "./tiling";
import { figuresOf, planned, problems, standing } from "./words";

const WORDS_MS = 200; // figures that change faster cannot be read
const PACES: readonly (readonly [words: string, steps: number | null])[] = [
  ["10 steps/s", 10],
  ["60 steps/s", 60],
  ["300 steps/s", 300],
  ["as fast as it goes", null],
];
const USUAL_PACE = 60;

@customElement("ls-sweep")
export class Sweep extends LitElement {
  static override styles = [shared, sweepStyle];
  @property({ attribute: false }) source!: Source;
  @state() private experiment: Experiment | null = null;
  @state() private shown: Shown | null = null;
  @state() private recorded: Recorded | null = null;
  @state() private failure = "";
  @query("ls-sweep-grid") private grid!: SweepGrid | null;
  @query("ls-earlier-sweeps") private earlier!: EarlierSweeps;
  private readonly tiling: Tiling = tiling();
  private readonly channel = new MessageChannel(); // its messages come when a frame's draws are done
  private asked: Asked | null = null;
  private pace: number | null = USUAL_PACE;
  private stops: (() => void)[] = [];
  private due = 0;
  private words = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    const memory = heard(this.source);
    this.stops = [
      memory.on(({ kind }) => {
        if (kind === "hello" || kind === "lane") this.take();
      }),
      this.tiling.on((kind) => this.hear(kind)),
    ];
    this.channel.port1.onmessage = () => this.tiling.drawn();
    this.take();
    this.pace = this.tiling.plan ? this.tiling.state.speed : USUAL_PACE;
    this.shown = liveShown(this.tiling);
    this.drawSoon();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    cancelAnimationFrame(this.due);
    clearTimeout(this.words);
    this.tiling.leave();
    this.due = this.words = 0;
  }

  private take(): void {
    const now = heard(this.source).lane().state?.experiment ?? null;
    if (JSON.stringify(now) === JSON.stringify(this.experiment)) return;
    this.experiment = now;
    this.foresee();
  }

  private hear(kind: string): void {
    if (kind === "frame") {
      this.drawSoon();
      return;
    }
    if (kind === "begun") this.recorded = null;
    if (kind === "done") void this.earlier?.read();
    if (kind !== "state") this.shown = this.recorded ? this.shown : liveShown(this.tiling);
    this.requestUpdate();
  }

  private drawSoon(): void {
    this.due ||= requestAnimationFrame(() => {
      this.due = 0;
      if (!this.recorded) this.draw();
      this.channel.port2.postMessage(null);
    });
  }

  private draw(): void {
    const shown = liveShown(this.tiling);
    if (shown) this.grid?.paint(shown);
    this.words ||= window.setTimeout(() => {
      this.words = 0;
      if (!this.recorded) this.shown = liveShown(this.tiling);
    }, WORDS_MS);
  }

  protected override render() {
    if (!this.experiment) return html`<p class="soft" role="status">Starting PyTorch …</p>`;
    return html`
      <header>
        <h2>Sweep</h2>
        <p class="soft">
          ${this.experiment.name || "The experiment that is open"} over one field or two: all train together, from the
          same seeds.
        </p>
      </header>
      <div class="side">
        <ls-sweep-chooser .experiment=${this.experiment} .begin=${this.tiling.plan} ?disabled=${this.going} @asked=${this.choose}></ls-sweep-chooser>
        <div class="run" role="group" aria-label="sweep">${this.buttons()} ${this.said()}</div>
        ${this.verdict()}
      </div>
      <div class="tiles">${this.shown ? this.tiles(this.shown) : html`<p class="legend">Start, and there is a tile for each: what its model says everywhere, while all of them train.</p>`}</div>
      <ls-earlier-sweeps .chosen=${this.recorded?.sweep ?? ""} @chosen=${this.open}></ls-earlier-sweeps>
    `;
  }

  private get going(): boolean {
    const { status } = this.tiling.state;
    return status === "playing" || status === "paused";
  }

  private buttons() {
    const { status } = this.tiling.state;
    const { going } = this;
    const ready = this.tiling.foreseen !== null;
    return html`
      ${
        going
          ? html`<button class="main" @click=${() => this.tiling.send({ do: status === "playing" ? "pause" : "play" })}>
                ${status === "playing" ? "Pause" : "Go on"}
              </button>
              <button @click=${() => this.tiling.send({ do: "stop" })}>Stop</button>`
          : html`<button class="main" ?disabled=${!ready} @click=${this.start}>Start</button>`
      }
      <label
        >speed
        <select aria-label="speed of the sweep" @change=${this.paced}>
          ${PACES.map(([words, steps]) => html`<option value=${String(steps)} ?selected=${steps === this.pace}>${words}</option>`)}
        </select>
      </label>
    `;
  }

  private said() {
    const { refused, gone, foreseen, plan } = this.tiling;
    const trouble = this.failure || (refused ? problems(refused.problems) : gone);
    if (trouble) return html`<p class="plan trouble" role="alert">${trouble}</p>`;
    if (this.going && plan)
      return html`<p class="plan" role="status">${planned(plan)}</p>
        <span class="figures">${figuresOf(this.tiling)}</span>`;
    return html`<p class="plan" role="status">${foreseen ? planned(foreseen) : "Laying it out …"}</p>`;
  }

  private tiles(shown: Shown) {
    const reason = this.recorded ? "" : (this.tiling.plan?.no_surface ?? "");
    return html`
      ${shown.seeds > 1 ? this.seeds(shown) : nothing}
      <p class="legend">
        ${this.recorded ? "From the record: curves of the batches' loss, figures of the last step. Surfaces are not recorded." : reason && `${reason.slice(0, -1)}, training solid, test dashed.`}
        The number is the ${shown.look(0).test === null ? "training loss" : "test loss"}. All tiles have the same scale. Click one to open it in the lab.
        ${this.recorded ? html`<button ?disabled=${this.going} @click=${this.again}>Train it again, live</button>` : nothing}
      </p>
      <ls-sweep-grid .shown=${shown}></ls-sweep-grid>
    `;
  }

  private seeds({ seeds, repetition }: Shown) {
    return html`<label
      >surfaces and losses of seed
      <select aria-label="seed that is shown" @change=${this.seeded}>
        ${Array.from({ length: seeds }, (_, n) => html`<option value=${n} ?selected=${n === repetition}>${n + 1} of ${seeds}</option>`)}
      </select>
    </label>`;
  }

  private verdict() {
    const words = this.recorded
      ? standing(this.recorded)
      : this.tiling.done
        ? standing(this.tiling.done)
        : [];
    return words.length
      ? html`<div role="status">${words.map((sentence) => html`<p class="verdict">${sentence}</p>`)}</div>`
      : nothing;
  }

  private readonly choose = (event: CustomEvent<Asked>): void => {
    this.asked = event.detail;
    this.foresee();
  };

  private foresee(): void {
    const { asked, experiment } = this;
    if (!asked || !experiment || this.going) return;
    this.failure = "";
    this.tiling.send({
      do: "foresee",
      experiment: plain(experiment),
      over: [...asked.over],
      seeds: asked.seeds,
    });
  }

  private readonly start = (): void => {
    const { asked, experiment } = this;
    if (asked && experiment) this.begin(experiment, asked.over, asked.seeds);
  };

  private readonly again = (): void => {
    const { recorded } = this;
    if (recorded) this.begin(recorded.experiment as Experiment, recorded.over, recorded.seeds);
  };

  private begin(experiment: Experiment, over: readonly string[], seeds: number): void {
    this.tiling.send({
      do: "begin",
      experiment: plain(experiment),
      over: [...over],
      seeds,
      steps_per_second: this.pace,
    });
  }

  private readonly paced = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    this.pace = value === "null" ? null : Number(value);
    if (this.going) this.tiling.send({ do: "speed", steps_per_second: this.pace });
  };

  private readonly seeded = (event: Event): void => {
    const repetition = Number((event.target as HTMLSelectElement).value);
    if (this.recorded) this.shown = recordedShown(this.recorded, repetition);
    else this.tiling.send({ do: "seed", repetition });
  };

  private readonly open = async ({ detail }: CustomEvent<string>): Promise<void> => {
    try {
      this.recorded = await ask<Recorded>(`sweeps/${encodeURIComponent(detail)}`);
      this.shown = recordedShown(this.recorded, 0);
      this.failure = "";
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  };
}

const plain = (experiment: Experiment) => experiment as unknown as Record<string, never>;
