/** Where the parts of the sweep's view stand. */
import { css } from "lit";

export const sweepStyle = css`
  :host {
    align-content: start;
    display: grid;
    gap: calc(3 * var(--unit));
    grid-template: "head" "side" "tiles" "earlier" / minmax(0, 1fr);
  }
  header {
    grid-area: head;
  }
  .side {
    display: grid;
    gap: calc(3 * var(--unit));
    grid-area: side;
    grid-template-columns: minmax(0, 1fr);
  }
  .tiles {
    align-content: start;
    display: grid;
    gap: calc(2 * var(--unit));
    grid-area: tiles;
    grid-template-columns: minmax(0, 1fr);
    justify-items: start;
  }
  ls-earlier-sweeps {
    grid-area: earlier;
  }
  @media (min-width: 1000px) {
    :host {
      column-gap: calc(6 * var(--unit));
      grid-template:
        "head head" max-content
        "side tiles" max-content
        "earlier tiles" 1fr / 20rem minmax(0, 1fr);
    }
  }
  header {
    align-items: baseline;
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(4 * var(--unit));
  }
  header > * {
    margin: 0;
  }
  .run {
    align-items: center;
    border-bottom: 1px solid var(--rule);
    border-top: 1px solid var(--rule);
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit)) calc(3 * var(--unit));
    padding: calc(2 * var(--unit)) 0;
  }
  .run p {
    margin: 0;
  }
  .main {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--paper);
    min-width: 6rem;
  }
  .plan {
    flex: 1 1 100%;
  }
  .trouble {
    white-space: pre-line;
  }
  label {
    align-items: center;
    color: var(--ink-soft);
    display: inline-flex;
    font-size: var(--tiny);
    gap: calc(1.5 * var(--unit));
  }
  .figures {
    font: var(--tiny) / 1.4 var(--mono);
    min-width: 22ch;
    white-space: pre;
    width: 100%;
  }
  .verdict {
    margin: 0;
    max-width: 68ch;
  }
  .verdict + .verdict {
    color: var(--ink-soft);
    font-size: var(--tiny);
  }
  .legend {
    color: var(--ink-soft);
    font-size: var(--tiny);
    margin: 0;
  }
`;
