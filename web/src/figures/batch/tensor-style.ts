/** How tensors look as tables. */
import { css } from "lit";

export const tensorStyle = css`
  .tensors {
    align-content: start;
    align-items: start;
    display: flex;
    flex-wrap: wrap;
    gap: calc(4 * var(--unit)) calc(6 * var(--unit));
    min-height: 0;
    overflow: auto;
  }
  .tensors section {
    max-width: 100%;
    min-width: 0;
  }
  .tensors h4 {
    font: 600 var(--tiny) / 1.4 var(--mono);
    margin: 0 0 var(--unit);
  }
  .tensors h4 .soft {
    font-weight: 400;
  }
  .scroll {
    overflow-x: auto;
  }
  .tensors table {
    border-collapse: collapse;
    font: var(--tiny) / 1.3 var(--mono);
  }
  .tensors td {
    border: 1px solid var(--rule);
    min-width: 5.5rem;
    padding: 1px var(--unit);
    text-align: right;
  }
  .tensors td.changed {
    background: var(--pressed);
  }
  .tensors td.changed {
    white-space: nowrap;
  }
  .tensors td s {
    color: var(--ink-soft);
    text-decoration: none;
  }
  .more {
    font-size: var(--tiny);
  }
`;
