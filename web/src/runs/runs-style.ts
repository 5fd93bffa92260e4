/** Where list and panel of the runs stand. */
import { css } from "lit";

export const runsStyle = css`
  :host {
    display: grid;
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    height: 100%;
    max-height: calc(100dvh - 6rem); /* where the page itself scrolls: room for the transport */
    min-height: 24rem;
  }
  header {
    align-items: center;
    border-bottom: 1px solid var(--rule);
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit)) calc(4 * var(--unit));
    padding: 0 0 calc(2 * var(--unit));
  }
  h2 {
    color: var(--ink);
    letter-spacing: 0;
    text-transform: none;
    font-size: var(--body);
    font-weight: 600;
    margin: 0;
  }
  input {
    flex: 1 1 12rem;
    max-width: 24rem;
  }
  .count {
    margin-left: auto;
  }
  .said {
    grid-row: 2;
    margin: 0;
    padding: calc(2 * var(--unit)) calc(3 * var(--unit));
    white-space: pre-line;
  }
  .body {
    display: grid;
    grid-row: 3;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-height: 0;
  }
  .body.beside {
    grid-template-columns: minmax(0, 1fr) minmax(26rem, 42%);
  }
  ls-runs-panel {
    border-left: 1px solid var(--rule);
    min-height: 0;
    overflow: auto;
  }
  .none {
    margin: 20vh auto 0;
    text-align: center;
  }
  code {
    color: var(--ink);
    font-family: var(--mono);
    line-height: 3;
  }
  .foot {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit));
    grid-row: 4;
    white-space: pre-line;
  }
  .foot:not(:empty) > * {
    margin: calc(2 * var(--unit)) 0 calc(2 * var(--unit)) calc(3 * var(--unit));
  }
  /* magnified: the page scrolls, and a list of one row is none */
  @media (max-height: 480px) {
    :host {
      height: 26rem;
      max-height: none;
    }
  }
  @media (max-width: 60rem) {
    .body.beside {
      grid-template: minmax(12rem, 40%) minmax(0, 1fr) / minmax(0, 1fr);
    }
    ls-runs-panel {
      border-left: 0;
      border-top: 1px solid var(--rule);
    }
  }
`;
