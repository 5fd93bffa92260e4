/** Where tiles stand, and what marks one among them. */
import { css } from "lit";

export const gridStyle = css`
  :host {
    display: block;
    min-width: 0;
    overflow-x: auto;
    padding: 3px; /* for the focus of the outermost */
  }
  .grid {
    display: grid;
    gap: calc(2 * var(--unit));
  }
  .along,
  .down {
    color: var(--ink-soft);
    font: var(--tiny) / 1.2 var(--mono);
    overflow-wrap: anywhere;
  }
  .along {
    align-self: end;
    text-align: center;
  }
  .down {
    align-self: center;
    text-align: right;
  }
  .axis {
    margin: 0 0 var(--unit);
    color: var(--ink-soft);
    font-size: var(--tiny);
  }
  .axis b {
    color: var(--ink);
    font-weight: 500;
  }
  .tile {
    color: inherit;
    display: block;
    min-width: 0;
    text-decoration: none;
  }
  .tile:hover .picture {
    border-color: var(--ink-soft);
  }
  .tile:focus-visible {
    outline-offset: 2px;
  }
  .picture {
    aspect-ratio: 1;
    border: 1px solid var(--rule);
    overflow: hidden;
    position: relative;
  }
  .best .picture {
    border-color: var(--ink);
    outline: 1px solid var(--ink);
  }
  .diverged .picture {
    border-color: var(--trouble);
    border-style: dashed;
  }
  canvas {
    display: block;
    left: 0;
    position: absolute;
    top: 0;
  }
  .levels {
    color: var(--ink-soft);
    display: block;
    font: var(--tiny) / 1.3 var(--mono);
    overflow-wrap: anywhere;
  }
  .said {
    display: flex;
    flex-wrap: wrap;
    font-size: var(--tiny);
    gap: 0 calc(2 * var(--unit));
    justify-content: space-between;
    line-height: 1.4;
    min-height: 1.4em;
  }
  .loss {
    font-family: var(--mono);
    white-space: pre;
  }
  .mark {
    color: var(--ink-soft);
    white-space: nowrap;
  }
  .best .mark {
    color: var(--ink);
    font-weight: 600;
  }
  .diverged .mark {
    color: var(--trouble);
  }
`;
