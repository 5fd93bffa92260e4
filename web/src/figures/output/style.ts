/** How the output's parts stand together. */
import { css } from "lit";

export const style = css`
  :host {
    contain: inline-size; /* what is read is as long as it is: it must not widen the column */
    display: block;
    height: 100%;
  }
  .first {
    display: flex;
    flex-direction: column;
    gap: calc(1.5 * var(--unit));
  }
  .filled {
    min-height: 100%;
  }
  .more {
    display: grid;
    gap: calc(2 * var(--unit));
    justify-items: start;
    padding-top: calc(3 * var(--unit));
  }
  header,
  .columns {
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
  .columns .soft,
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
    flex: 1 0 13rem;
    max-height: 54rem;
    max-width: 60rem;
    position: relative;
    width: 100%;
  }
  .plot canvas {
    cursor: crosshair;
  }
  canvas {
    display: block;
    touch-action: pan-y;
  }
  .plane {
    inset: 0;
    position: absolute;
  }
  .reading {
    font-family: var(--mono);
    margin: 0;
    min-height: 1.25rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  details {
    width: 100%;
  }
  details summary {
    color: var(--ink-soft);
    cursor: pointer;
    font-size: var(--tiny);
  }
  /* one of several columns */
  :host([compact]) .more,
  :host([compact]) h2 {
    display: none;
  }
  @media (max-width: 900px) {
    :host {
      height: auto;
    }
    .filled {
      min-height: 0;
    }
    .plot {
      flex: none;
      height: min(84vw, 28rem);
    }
  }
`;
