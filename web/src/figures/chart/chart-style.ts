/** How a chart is laid out: head, plot, legend at the side, or below where it is narrow. */
import { css, unsafeCSS } from "lit";
import uplotStyle from "uplot/dist/uPlot.min.css?inline";

export const chartStyle = [
  unsafeCSS(uplotStyle),
  css`
    :host {
      container-type: inline-size;
      display: grid;
      grid-template: "head head" auto "plot legend" minmax(7rem, 1fr) / minmax(0, 1fr) auto;
      height: 100%;
      min-height: 0;
      min-width: 0;
    }
    header {
      align-items: center;
      display: flex;
      flex-wrap: wrap;
      gap: 0 calc(2 * var(--unit));
      grid-area: head;
      min-height: 1.75rem;
    }
    h3 {
      font-size: var(--small);
      font-weight: 600;
      margin: 0;
    }
    .unit {
      flex: 1 1 6rem;
      font-size: var(--tiny);
      min-width: 6rem;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    header button {
      font-size: var(--tiny);
      min-height: 1.5rem;
    }
    .plot {
      grid-area: plot;
      min-height: 0;
      overflow: hidden;
    }
    .waiting {
      align-self: center;
      grid-area: plot;
      justify-self: center;
      margin: 0;
      pointer-events: none;
    }
    .u-over {
      cursor: crosshair;
    }
    .u-select {
      background: var(--ink);
      opacity: 0.08;
    }
    .u-hz .u-cursor-x,
    .u-vt .u-cursor-y {
      border-right: 1px solid var(--ink-soft);
    }
    .u-hz .u-cursor-y,
    .u-vt .u-cursor-x {
      border-bottom: 1px solid var(--ink-soft);
    }
    ls-legend {
      grid-area: legend;
    }
    @container (max-width: 30rem) {
      .plot {
        grid-column: 1 / -1;
      }
      ls-legend {
        grid-area: auto / 1 / auto / -1;
        max-height: 6rem;
      }
    }
  `,
];
