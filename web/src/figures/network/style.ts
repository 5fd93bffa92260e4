/** How the network's parts stand together. */
import { css } from "lit";

export const style = css`
  :host {
    contain: inline-size; /* the diagram fills its place, and does not make it */
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto minmax(14rem, 1fr) auto;
    height: 100%;
    row-gap: calc(1.5 * var(--unit));
  }
  .scroll {
    min-height: 0;
    overflow: auto;
    position: relative;
  }
  .content {
    position: relative;
  }
  .diagram {
    outline-offset: -2px;
    position: absolute;
    inset: 0;
    touch-action: pan-x pan-y;
  }
  .diagram.over {
    cursor: pointer;
  }
  canvas {
    display: block;
    inset: 0 auto auto 0;
    pointer-events: none;
    position: absolute;
  }
  .head {
    position: absolute;
    top: 0;
    transform: translateX(-50%);
  }
  span.head {
    color: var(--ink-soft);
    font-size: var(--tiny);
    line-height: 1.5rem;
    white-space: nowrap;
  }
  table {
    border-collapse: collapse;
  }
  td {
    border-bottom: 1px solid var(--rule);
    font-family: var(--mono);
    padding: var(--unit) calc(2 * var(--unit));
  }
  /* one of several columns: to be looked at, not to be built in */
  :host([compact]) {
    grid-template-rows: minmax(0, 1fr);
  }
  :host([compact]) ls-weight-card {
    display: none;
  }
  @media (max-width: 900px) {
    :host {
      grid-template-rows: auto 26rem auto;
      height: auto;
    }
  }
`;
