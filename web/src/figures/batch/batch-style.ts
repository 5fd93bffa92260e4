/** How a batch is laid out: the loop at the left, tensors beside it, below it on a phone. */
import { css } from "lit";

export const batchStyle = css`
  :host {
    display: grid;
    gap: calc(5 * var(--unit));
    grid-template-columns: max-content minmax(0, 1fr);
    height: 100%;
    min-height: 0;
  }
  .loop {
    min-width: 0;
    overflow: auto;
  }
  .buttons {
    display: flex;
    gap: calc(2 * var(--unit));
    margin-bottom: calc(2 * var(--unit));
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    border-left: 3px solid transparent;
    padding-left: var(--unit);
  }
  li.lit {
    background: var(--pressed);
    border-color: var(--phase);
  }
  li.lit code {
    color: var(--phase);
    font-weight: 600;
  }
  li.done {
    border-color: var(--rule);
  }
  li button,
  li button:disabled {
    background: none;
    border: 0;
    display: block;
    min-height: 1.5rem;
    opacity: 1;
    padding: 0 calc(2 * var(--unit)) 0 0;
    text-align: left;
    width: 100%;
  }
  code {
    font: var(--tiny) / 1.5 var(--mono);
    white-space: pre;
  }
  [data-token="ink"] {
    --phase: var(--ink);
  }
  [data-token="forward"] {
    --phase: var(--forward);
  }
  [data-token="loss"] {
    --phase: var(--loss);
  }
  [data-token="backward"] {
    --phase: var(--backward);
  }
  [data-token="step"] {
    --phase: var(--step);
  }
  .after {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    min-height: 0;
  }
  header {
    align-items: baseline;
    display: flex;
    flex-wrap: wrap;
    gap: var(--unit) calc(4 * var(--unit));
    margin-bottom: calc(2 * var(--unit));
  }
  h3 {
    flex: 1 1 16rem;
    font-size: var(--small);
    font-weight: 600;
    margin: 0;
  }
  h3 em {
    color: var(--phase);
    font-family: var(--mono);
    font-style: normal;
  }
  h3 .soft {
    display: block;
    font-weight: 400;
  }
  .loss {
    min-width: 16ch;
  }
  label {
    align-items: center;
    display: flex;
    font-size: var(--tiny);
    gap: var(--unit);
  }
  label input {
    min-height: 0;
  }
  .mark {
    border: 1px solid currentcolor;
    border-radius: 3px;
    font: 400 var(--tiny) / 1.3 var(--sans);
    margin-left: var(--unit);
    padding: 0 var(--unit);
  }
  .pair {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit));
  }
  .small,
  .gradient {
    font-size: var(--tiny);
  }
  .gradient {
    color: var(--backward);
  }
  p {
    align-self: center;
    justify-self: center;
    max-width: 40ch;
  }
  @media (max-width: 900px) {
    :host {
      grid-template: auto auto / minmax(0, 1fr);
      height: auto;
    }
    .loop {
      overflow: visible;
    }
    .tensors {
      max-height: 36rem; /* or the controls below it were out of reach */
    }
  }
`;
