/** The rows alone, before any model has said anything of them. Draws no surface. */
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { Figure } from "../figures/figure";
import { Facts } from "../figures/output/facts";
import { Plot } from "../figures/output/plot";
import { fit } from "../figures/sizes";
import { shared } from "../look/shared";

@customElement("ls-rows")
export class RowsFigure extends Figure {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        height: 100%;
        position: relative;
      }
      canvas {
        display: block;
        inset: 0;
        position: absolute;
      }
    `,
  ];
  private readonly plot = new Plot();

  protected override render() {
    return html`<canvas role="img"></canvas>`;
  }

  protected draw(): void {
    const canvas = this.renderRoot.querySelector("canvas")!;
    const [width, height] = this.sizes.of(this);
    const { state, measured } = this.heard.lane(this.lane);
    if (!width || !height || !state) return;
    const facts = new Facts(state);
    const columns = facts.columns(this.heard.state);
    fit(canvas, width, height);
    this.plot.draw(canvas.getContext("2d")!, width, height, {
      field: null,
      unit: null,
      data: measured.get("data"),
      said: undefined,
      task: facts.task,
      columns,
      names: facts.axes(columns),
      discrete: false,
      withTest: true,
      whole: false,
      unscaled: facts.unscaled,
      cursor: null,
    });
    const { train_rows: train = 0, test_rows: test = 0 } = state.facts as Record<string, number>;
    canvas.ariaLabel = `${train} training rows and ${test} test rows over ${facts.axes(columns).join(" and ")}`;
  }
}
