/** How the panel of chosen runs looks. */
import { css } from "lit";

/** A link that does something, beside buttons. */
export const act = css`
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit));
    margin-top: calc(2 * var(--unit));
  }
  .act {
    align-items: center;
    background: var(--raised);
    border: 1px solid var(--rule);
    border-radius: 3px;
    color: inherit;
    display: inline-flex;
    min-height: 1.75rem;
    padding: 0 calc(2 * var(--unit));
    text-decoration: none;
  }
  .act[aria-disabled="true"] {
    color: var(--ink-soft);
    opacity: 0.6;
  }
`;

export const panelStyle = css`
  ${act}
  :host {
    display: block;
    padding: calc(3 * var(--unit)) calc(4 * var(--unit)) calc(4 * var(--unit));
  }
  header {
    align-items: center;
    display: flex;
    gap: calc(2 * var(--unit));
    justify-content: space-between;
    margin-bottom: calc(2 * var(--unit));
  }
  h2 {
    color: var(--ink);
    font-size: var(--body);
    letter-spacing: 0;
    margin: 0;
    overflow-wrap: anywhere;
    text-transform: none;
  }
  .close {
    background: none;
    border: 0;
    font-size: var(--large);
    min-width: 1.75rem;
    padding: 0;
  }
  .curves {
    height: 18rem;
    margin: calc(2 * var(--unit)) 0 calc(4 * var(--unit));
    position: relative;
  }
  .scrolls {
    margin-bottom: calc(4 * var(--unit));
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    min-width: 100%;
  }
  th,
  table td {
    border-bottom: 1px solid var(--rule);
    padding: var(--unit) calc(4 * var(--unit)) var(--unit) 0;
    text-align: left;
    white-space: nowrap;
  }
  td {
    max-width: 16rem; /* a file's path would push the other runs out of sight */
    overflow: hidden;
    text-overflow: ellipsis;
  }
  thead th {
    font-weight: 500;
    max-width: 12rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  tbody th {
    background: var(--paper);
    color: var(--ink-soft);
    font-weight: 400;
    left: 0;
    position: sticky;
  }
  tbody + tbody tr:first-child > * {
    padding-top: calc(3 * var(--unit));
  }
`;
