/** A panel with one of several views of its instrument at a time: distributions now, or lines by step. Knows no instrument. */
import { html, type TemplateResult } from "lit";
import type { Measured } from "../../generated/wire";
import "./histograms";
import type { Histogram, Histograms } from "./histograms";
import type { ChartSpec, Line } from "./lines";
import { ChartPanel } from "./panel";

export abstract class ViewsPanel<View extends string> extends ChartPanel {
  /** The view that is shown. */
  protected abstract view: View;
  /** What each view is called, in the order offered. */
  protected abstract readonly views: Record<View, string>;
  /** What its lines are measured in; none for a view without lines. */
  protected abstract readonly units: Partial<Record<View, string>>;

  protected abstract lines(view: View): readonly Line[];
  protected abstract histograms(): Histogram[];
  /** The view below its control. */
  protected abstract body(): TemplateResult;

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add("controlled");
  }

  protected override draw(): void {
    super.draw();
    this.renderRoot.querySelector<Histograms>("ls-histograms")?.show(this.histograms());
  }

  protected specs(): Record<string, ChartSpec> {
    const unit = this.units[this.view];
    if (unit === undefined) return {};
    return { chart: { title: this.views[this.view], unit, lines: this.lines(this.view) } };
  }

  protected render() {
    const choose = (event: Event) => {
      this.view = (event.target as HTMLSelectElement).value as View;
    };
    return html`
      <div class="controls">
        <label
          >show
          <select @change=${choose}>
            ${Object.entries(this.views).map(([view, name]) => html`<option value=${view}>${name}</option>`)}
          </select>
        </label>
      </div>
      ${this.body()}
    `;
  }

  /** The one chart of a view with lines. */
  protected chart() {
    return html`<ls-chart id="chart" heading=${this.views[this.view]} unit=${this.units[this.view] ?? ""}></ls-chart>`;
  }
}

/** What a reading counted, by name of tensor or layer. */
export function counted({ arrays }: Measured): string[] {
  const before = "counts/";
  return Object.keys(arrays).flatMap((key) => (key.startsWith(before) ? [key.slice(before.length)] : []));
}
