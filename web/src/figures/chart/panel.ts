/** A figure made of charts: hands each what it shows, with the marks that all of them share. Draws no line itself. */
import { css, type TemplateResult } from "lit";
import { shared } from "../../look/shared";
import { Figure } from "../figure";
import "./chart";
import type { Chart } from "./chart";
import { Closer } from "./closer";
import { type ChartSpec, marksOf } from "./lines";
import type { Range } from "./scale";

const WAITING = "Measured with the next steps."; // a chart that was never open has not been asked for

export abstract class ChartPanel extends Figure {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: calc(2 * var(--unit)) calc(5 * var(--unit));
        grid-auto-rows: minmax(9rem, 1fr);
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        height: 100%;
        min-height: 0;
      }
      /* a phone scrolls as a whole, and not within */
      @media (max-width: 900px) {
        :host {
          grid-auto-rows: auto;
          height: auto;
        }
        ls-chart {
          height: 20rem;
        }
      }
      .controls {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        font-size: var(--tiny);
        gap: calc(3 * var(--unit));
        grid-column: 1 / -1;
      }
      .controls label {
        align-items: center;
        display: flex;
        gap: var(--unit);
      }
      .controls input,
      .controls select {
        font-size: var(--tiny);
        min-height: 1.5rem;
      }
      :host(.controlled) {
        grid-template-rows: auto;
      }
      ls-chart:only-of-type,
      ls-histograms {
        grid-column: 1 / -1;
      }
      p {
        align-self: center;
        grid-column: 1 / -1;
        justify-self: center;
      }
    `,
  ];

  /** What each chart of the template shows, by its id. */
  protected abstract specs(): Record<string, ChartSpec>;
  protected abstract override render(): TemplateResult;

  /** Names of the series drawn whose recorded past is asked for. */
  protected draws(name: string): boolean {
    return this.instruments.includes(name.split(".")[0]!) && !name.endsWith(".cost_s");
  }

  private readonly closers = new Map<string, Closer>();
  private recalling = false;

  constructor() {
    super();
    this.addEventListener("zoomed", (event) => this.zoomed(event as CustomEvent<Range | null>));
  }

  private zoomed(event: CustomEvent<Range | null>): void {
    const { id } = event.composedPath()[0] as Element;
    const closer = this.closers.get(id) ?? new Closer(() => this.drawSoon());
    this.closers.set(id, closer);
    closer.to(event.detail);
    this.drawSoon();
  }

  private async recall(): Promise<void> {
    if (this.recalling) return;
    this.recalling = true;
    await this.heard.recall(this.lane, (name) => this.draws(name));
    this.recalling = false;
  }

  protected draw(): void {
    void this.recall();
    const { state } = this.heard;
    const shown = state && state.step < state.head ? state.step : null;
    const lane = this.heard.lane(this.lane);
    const marks = marksOf(lane.changes);
    for (const [id, spec] of Object.entries(this.specs())) {
      const lines = this.closers.get(id)?.lines(this.source, lane, spec.lines) ?? spec.lines;
      const chart = this.renderRoot.querySelector<Chart>(`#${id}`);
      if (chart) chart.waiting = WAITING;
      chart?.show({ marks, shown, ...spec, lines });
    }
  }
}
