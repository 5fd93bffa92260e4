/** How the bar at the top looks: one line on a desk, three on a phone. */
import { css } from "lit";

export const bar = css`
  :host {
    border-bottom: 1px solid var(--rule);
    display: block;
    padding: var(--unit) calc(3 * var(--unit));
  }
  .bar {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: var(--unit) calc(3 * var(--unit));
  }
  .what,
  .time {
    align-items: center;
    display: flex;
    gap: var(--unit) calc(4 * var(--unit));
  }
  .brand {
    font-size: inherit;
    font-weight: 600;
    letter-spacing: -0.01em;
    margin: 0;
  }
  .brand a {
    color: inherit;
    text-decoration: none;
  }
  .buttons {
    display: flex;
    gap: var(--unit);
  }
  button {
    align-items: center;
    display: inline-flex;
    gap: 2px;
    justify-content: center;
  }
  button.quiet {
    background: none;
    border-color: transparent;
    min-width: 1.75rem;
    padding: 0;
  }
  button:hover:not(:disabled) {
    border-color: var(--ink-soft);
  }
  .play {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--paper);
    min-width: 2.5rem;
    padding: 0;
  }
  .play:disabled {
    color: var(--paper);
  }
  .figures {
    display: flex;
    gap: calc(2 * var(--unit));
    margin: 0 calc(2 * var(--unit)) 0 0;
  }
  dt {
    color: var(--ink-soft);
    font-size: var(--tiny);
    line-height: 1;
    text-align: right;
  }
  dd {
    font-family: var(--mono);
    line-height: 1.3;
    margin: 0;
    text-align: right;
  }
  .w8 {
    min-width: 8ch;
  }
  .w6 {
    min-width: 6ch;
  }
  .end {
    align-items: center;
    display: flex;
    gap: var(--unit);
    margin-left: auto;
    position: relative;
  }
  .go {
    border-radius: 3px;
    color: inherit;
    line-height: 1.75rem;
    padding: 0 calc(1.5 * var(--unit));
    text-decoration: none;
  }
  .go:hover {
    background: var(--pressed);
  }
  .copied:not(:empty) {
    background: var(--raised);
    border: 1px solid var(--rule);
    font-size: var(--tiny);
    padding: var(--unit) calc(2 * var(--unit));
    position: absolute;
    right: 0;
    top: calc(100% + var(--unit));
    white-space: nowrap;
    z-index: 5;
  }
  @media (max-width: 900px) {
    :host {
      padding: var(--unit) calc(3 * var(--unit));
    }
    .brand,
    ls-seeds {
      display: none;
    }
    .time {
      background: var(--paper);
      border-top: 1px solid var(--rule);
      bottom: 0;
      flex-wrap: wrap;
      justify-content: space-between;
      left: 0;
      padding: var(--unit) calc(3 * var(--unit)) calc(2 * var(--unit));
      position: fixed;
      right: 0;
      z-index: 6;
    }
    .buttons {
      width: 100%;
    }
    .buttons button {
      flex: 1;
      min-height: 2.25rem;
    }
  }
  /* magnified: half the screen is too much for what is always there */
  @media (max-width: 900px) and (max-height: 480px) {
    .bar .time {
      border: 0;
      padding: 0;
      position: static;
    }
  }
  @media (max-width: 340px) {
    .time ls-pace {
      display: none;
    }
    .buttons {
      flex-wrap: wrap;
    }
    .buttons button:not(.quiet, .play) svg {
      display: none; /* the words alone fit in one line */
    }
  }
`;
