/** Looks of the chain-rule tracer. */
import { css } from "lit";

export const chainStyle = css`
  :host {
    container: chain / inline-size;
    display: block;
  }
  .bar {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit));
    margin-bottom: calc(2 * var(--unit));
  }
  .bar button {
    min-width: 2rem;
    padding: 0 var(--unit);
  }
  .bar input {
    accent-color: var(--ink);
    border: 0;
    padding: 0;
    flex: 1 1 8rem;
    max-width: 20rem;
  }
  .bar .count {
    min-width: 3.5rem;
  }
  .bar svg {
    vertical-align: -3px;
  }
  .drawing {
    max-height: 42rem;
    overflow: auto;
    padding: var(--unit);
  }
  .drawing svg {
    display: block;
    outline-offset: 1px;
  }
  text {
    fill: var(--ink);
    font: var(--tiny) var(--mono);
  }
  .name {
    fill: var(--ink-soft);
    font-family: var(--sans);
    text-anchor: middle;
  }
  .value {
    text-anchor: end;
  }
  .back {
    fill: var(--backward);
  }
  .of-loss {
    fill: var(--loss);
  }
  .of-loss.stroke {
    fill: none;
    stroke: var(--loss);
  }
  rect {
    fill: var(--paper);
    stroke: var(--rule);
  }
  rect.forward {
    stroke: var(--forward);
    stroke-width: 2;
  }
  rect.backward {
    stroke: var(--backward);
    stroke-width: 2;
  }
  rect.loss {
    stroke: var(--loss);
    stroke-width: 2;
  }
  .weight {
    fill: none;
    stroke: var(--class-1);
  }
  .weight.negative {
    stroke: var(--class-0);
  }
  .weight.chosen {
    stroke: var(--ink);
  }
  .reach {
    cursor: pointer;
    fill: none;
    stroke: transparent;
    stroke-width: 10;
  }
  .halo {
    paint-order: stroke;
    stroke: var(--paper);
    stroke-width: 4;
    text-anchor: middle;
  }
  .panels {
    display: grid;
    gap: calc(3 * var(--unit)) calc(6 * var(--unit));
    grid-template-columns: minmax(0, 1fr);
    margin-top: calc(2 * var(--unit));
  }
  @container chain (min-width: 44rem) {
    .panels {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  .panel {
    border-top: 1px solid var(--rule);
    height: 17rem;
    overflow: auto;
    padding-top: calc(2 * var(--unit));
  }
  h3 {
    font-size: var(--small);
    font-weight: 600;
    margin: 0 0 var(--unit);
  }
  h3.forward {
    border-left: 3px solid var(--forward);
    padding-left: calc(2 * var(--unit));
  }
  h3.loss {
    border-left: 3px solid var(--loss);
    padding-left: calc(2 * var(--unit));
  }
  h3.backward {
    border-left: 3px solid var(--backward);
    padding-left: calc(2 * var(--unit));
  }
  p {
    margin: 0 0 calc(2 * var(--unit));
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    font: var(--tiny) / 1.5 var(--mono);
    margin-bottom: calc(2 * var(--unit));
    overflow-wrap: anywhere;
  }
  li span {
    display: block;
    padding-left: 2ch;
  }
  li span:first-child {
    padding-left: 0;
  }
  li .symbols {
    color: var(--ink-soft);
  }
`;
