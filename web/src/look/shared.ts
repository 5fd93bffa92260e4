/** Styles that every element of the page shares. */
import { css } from "lit";

export const shared = css`
  :host {
    box-sizing: border-box;
    color: var(--ink);
    font: var(--small) / 1.4 var(--sans);
    font-variant-numeric: tabular-nums;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box; /* not inherited: what stands in <details> would inherit from within it */
  }
  h2 {
    color: var(--ink-soft);
    font-size: var(--tiny);
    font-weight: 600;
    letter-spacing: 0.06em;
    margin: 0 0 calc(2 * var(--unit));
    text-transform: uppercase;
  }
  button,
  select,
  input {
    background: var(--raised);
    border: 1px solid var(--rule);
    border-radius: 3px;
    color: inherit;
    font: inherit;
    min-height: 1.75rem;
    padding: 0 calc(2 * var(--unit));
  }
  button {
    cursor: pointer;
  }
  button[aria-pressed="true"] {
    background: var(--pressed);
    border-color: var(--ink-soft);
  }
  button:disabled {
    color: var(--ink-soft);
    cursor: default;
    opacity: 0.6;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .number {
    font-family: var(--mono);
  }
  .soft {
    color: var(--ink-soft);
  }
  .trouble {
    color: var(--trouble);
  }
  .visually-hidden {
    clip-path: inset(50%);
    height: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
    width: 1px;
  }
`;
