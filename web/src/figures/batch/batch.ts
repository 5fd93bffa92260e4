/** One batch on its way through the loop, phase by phase: code, rows, tensors, gradients. Computes nothing. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { PhaseEnded } from "../../generated/wire";
import { shared } from "../../look/shared";
import type { PhaseName } from "../../wire/source";
import { figures } from "../chart/scale";
import { Figure } from "../figure";
import { batchStyle } from "./batch-style";
import { type CodeLine, loopCode, TOLD } from "./loop-code";
import { shapeText, table } from "./table";
import { tensorStyle } from "./tensor-style";
import { type Tensor, tensorsOf } from "./tensors";

@customElement("ls-batch")
export class BatchFigure extends Figure {
  static override styles = [shared, tensorStyle, batchStyle];
  @state() private chosen: PhaseName | null = null; // null: the newest
  @state() private onlyChanged = false;
  @state() private beat = 0;
  private ended = 0;

  protected draw(): void {
    const count = this.phases.length;
    if (count !== this.ended) this.chosen = null; // a new phase ended: show it
    this.ended = count;
    this.beat++;
  }

  /** Phases of the step in progress, or of the one that just ended; none once the loop has run on. */
  private get phases(): readonly PhaseEnded[] {
    const { phases } = this.heard.lane(this.lane);
    const { state } = this.heard;
    const here = state?.phase || (!state?.playing && phases[phases.length - 1]?.step === state?.step);
    return here ? phases : [];
  }

  private get current(): PhaseEnded | undefined {
    const { phases } = this;
    return phases.find((phase) => phase.phase === this.chosen) ?? phases[phases.length - 1];
  }

  private advance(by: "phase" | "batch"): void {
    this.source.send({ do: "advance", by });
  }

  protected override render() {
    if (!this.source) return nothing;
    const { current } = this;
    return html`
      <div class="loop" data-beat=${this.beat}>
        <div class="buttons">
          <button @click=${() => this.advance("phase")}>phase ▸</button>
          <button @click=${() => this.advance("batch")}>batch ▸</button>
        </div>
        <ol aria-label="The training loop">
          ${loopCode(this.heard.lane(this.lane).state?.experiment.training).map((line) => this.line(line, current))}
        </ol>
      </div>
      ${current ? this.tensors(current) : html`<p class="soft">${this.hint()}</p>`}
    `;
  }

  private hint(): string {
    return this.heard.state?.playing
      ? "The loop runs freely. Press phase ▸ to stop it and go through one batch."
      : "Press phase ▸ to go through the next batch, phase by phase.";
  }

  private line({ code, phase, does }: CodeLine, current: PhaseEnded | undefined) {
    if (!phase) return html`<li><code>${code}</code></li>`;
    const done = this.phases.some((each) => each.phase === phase);
    const lit = current?.phase === phase;
    return html`<li class=${lit ? "lit" : done ? "done" : ""} data-token=${TOLD[phase].token}>
      <button
        title=${does}
        ?disabled=${!done}
        aria-current=${lit ? "step" : "false"}
        @click=${() => (this.chosen = phase)}
      >
        <code>${code}</code>
      </button>
    </li>`;
  }

  private earlier(current: PhaseEnded): PhaseEnded | undefined {
    const { phases } = this;
    return phases[phases.indexOf(current) - 1] ?? this.heard.lane(this.lane).before ?? undefined;
  }

  private tensors(current: PhaseEnded) {
    const all = inOrder(tensorsOf(current, this.earlier(current)), current.phase);
    const shown = this.onlyChanged ? all.filter((tensor) => tensor.changed) : all;
    const changed = all.filter((tensor) => tensor.changed).length;
    const phase = current.phase as PhaseName;
    return html`<div class="after">
      <header data-token=${TOLD[phase]?.token ?? "ink"}>
        <h3 aria-live="polite">
          Step ${current.step}, after <em>${current.phase}</em>
          <span class="soft">${TOLD[phase]?.title}</span>
        </h3>
        <span class="number loss">${"loss" in current.values ? `loss ${figures(current.values.loss, 6)}` : ""}</span>
        <label
          ><input
            type="checkbox"
            .checked=${this.onlyChanged}
            @change=${() => (this.onlyChanged = !this.onlyChanged)}
          />changed only (${changed})</label
        >
      </header>
      <div class="tensors" tabindex="0" role="group" aria-label="Tensors after ${current.phase}">
        ${shown.map((tensor) => this.tensor(tensor))}
        ${shown.length ? nothing : html`<p class="soft">This phase changed no tensor.</p>`}
      </div>
    </div>`;
  }

  private tensor(tensor: Tensor) {
    const { name, value, before, gradient, gradientBefore, group } = tensor;
    return html`<section class=${tensor.changed ? "changed" : ""}>
      <h4>
        ${name} <span class="soft">${shapeText(value.shape)}</span>
        ${tensor.changed ? html`<span class="mark">changed</span>` : nothing}
      </h4>
      <div class="pair">
        <div class="scroll" tabindex="0" role="group" aria-label="values of ${name}">
          ${group === "parameter" ? html`<div class="soft small">w</div>` : nothing} ${table(name, value, before)}
        </div>
        ${group === "parameter" ? this.gradient(name, gradient, gradientBefore) : nothing}
      </div>
    </section>`;
  }

  private gradient(name: string, now: Tensor["gradient"], before: Tensor["gradient"]) {
    const none = before ? "None, forgotten" : "None yet";
    return html`<div class="scroll gradient" tabindex="0" role="group" aria-label="gradient of ${name}">
      <div class="soft">∂L/∂w</div>
      ${now ? table(`gradient of ${name}`, now, before) : html`<div class="number soft">${none}</div>`}
    </div>`;
  }
}

/** What a phase is about comes first: the batch up to the loss, the parameters from then on. */
function inOrder(tensors: readonly Tensor[], phase: string): Tensor[] {
  const first = ["batch", "forward", "loss"].includes(phase) ? "batch" : "parameter";
  return [...tensors].sort((a, b) => Number(b.group === first) - Number(a.group === first));
}
