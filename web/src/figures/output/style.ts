/** How the output's parts stand together. */
import { css } from "lit";

export const style = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: calc(2 * var(--unit));
  }
  header,
  .columns,
  .legend {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: var(--unit) calc(3 * var(--unit));
  }
  h2 {
    flex: 1;
    margin: 0;
  }
  label,
  .legend,
  .reading {
    color: var(--ink-soft);
    font-size: var(--tiny);
  }
  label {
    align-items: center;
    display: flex;
    gap: var(--unit);
  }
  select {
    font-size: var(--tiny);
    max-width: 9rem;
    min-height: 1.5rem;
    padding: 0 var(--unit);
  }
  input[type="checkbox"] {
    accent-color: var(--ink);
    margin: 0;
    min-height: 0;
  }
  .plot {
    align-self: center;
    max-width: 44rem;
    position: relative;
    width: 100%;
  }
  .plot canvas {
    cursor: crosshair;
  }
  canvas {
    display: block;
    touch-action: pan-y;
    width: 100%;
  }
  .reading {
    font-family: var(--mono);
    margin: 0;
    min-height: 1.25rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .legend span {
    align-items: center;
    display: inline-flex;
    gap: var(--unit);
  }
  .swatch {
    border-radius: 50%;
    height: 8px;
    width: 8px;
  }
  .ring {
    background: none;
    border: 1.5px solid var(--ink-soft);
    border-radius: 50%;
    height: 9px;
    width: 9px;
  }
  .bar {
    height: 8px;
    width: 6rem;
  }
  details summary {
    color: var(--ink-soft);
    cursor: pointer;
    font-size: var(--tiny);
  }
`;
