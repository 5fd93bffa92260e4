/** Looks of the activation gallery. */
import { css } from "lit";

export const galleryStyle = css`
  :host {
    display: block;
  }
  .head {
    align-items: baseline;
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(4 * var(--unit));
    justify-content: space-between;
    min-height: 1.5rem;
  }
  h3 {
    font-size: var(--body);
    font-weight: 600;
    margin: 0;
  }
  h3 code {
    color: var(--ink-soft);
    font: var(--tiny) var(--mono);
    margin-left: calc(2 * var(--unit));
  }
  .read {
    display: grid;
    font: var(--small) var(--mono);
    gap: 0 calc(3 * var(--unit));
    grid-template-columns: 9ch 15ch 15ch 10ch;
    margin: 0;
  }
  @media (max-width: 40rem) {
    .read {
      grid-template-columns: 15ch 15ch;
    }
  }
  .of-value {
    color: var(--forward);
  }
  .of-slope {
    color: var(--backward);
  }
  svg {
    display: block;
    overflow: hidden;
    width: 100%;
  }
  .large {
    cursor: crosshair;
    touch-action: pan-y;
  }
  .value,
  .slope {
    fill: none;
    stroke-width: 1.5;
  }
  .value {
    stroke: var(--forward);
  }
  .slope {
    stroke: var(--backward);
    stroke-dasharray: 5 3;
  }
  .axis {
    stroke: var(--rule);
  }
  .cursor {
    stroke: var(--ink-soft);
  }
  .dead {
    fill: var(--ink);
    fill-opacity: 0.12;
  }
  .saturated {
    fill: var(--loss);
    fill-opacity: 0.14;
  }
  .under {
    stroke: var(--ink);
    stroke-width: 3;
  }
  circle.value {
    fill: var(--forward);
    stroke: none;
  }
  circle.slope {
    fill: var(--backward);
    stroke: none;
  }
  text {
    fill: var(--ink-soft);
    font: var(--tiny) var(--sans);
  }
  input[type="range"] {
    accent-color: var(--ink);
    border: 0;
    margin: 0;
    padding: 0;
    width: 100%;
  }
  .all {
    display: grid;
    gap: calc(2 * var(--unit));
    grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
    margin-top: calc(3 * var(--unit));
  }
  .all button {
    font-size: var(--tiny);
    padding: var(--unit);
    text-align: left;
  }
  dl {
    color: var(--ink-soft);
    font-size: var(--tiny);
    margin: calc(3 * var(--unit)) 0 0;
  }
  dt {
    color: var(--ink);
    float: left;
    font-weight: 600;
    margin-right: calc(2 * var(--unit));
  }
  dd {
    margin: 0 0 var(--unit);
  }
`;
