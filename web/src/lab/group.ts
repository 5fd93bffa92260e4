/** How groups of controls look in the side column. */
import { css } from "lit";

export const group = css`
  :host {
    display: block;
  }
  details {
    border-top: 1px solid var(--rule);
  }
  details:first-of-type {
    margin-top: var(--unit);
  }
  details[open] {
    padding-bottom: calc(2 * var(--unit));
  }
  summary {
    align-items: baseline;
    color: var(--ink-soft);
    cursor: pointer;
    display: flex;
    font-size: var(--tiny);
    gap: calc(2 * var(--unit));
    line-height: 1.75rem;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: "+";
    font-family: var(--mono);
    width: 1ch;
  }
  details[open] > summary::before {
    content: "−";
  }
  summary:hover {
    color: var(--ink);
  }
  .moved {
    color: var(--ink);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
