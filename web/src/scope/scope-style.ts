/** Where the parts of a post's figure stand. */
import { css } from "lit";

export const scopeStyle = css`
  :host {
    container: scope / inline-size;
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  .all {
    display: grid;
    gap: calc(3 * var(--unit));
    grid-template-columns: minmax(0, 1fr);
  }
  .lanes {
    display: grid;
    gap: calc(4 * var(--unit)) calc(6 * var(--unit));
    grid-template-columns: minmax(0, 1fr);
  }
  section {
    display: grid;
    gap: calc(3 * var(--unit));
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    min-width: 0;
  }
  h3 {
    align-items: center;
    display: flex;
    font-size: var(--small);
    font-weight: 600;
    gap: calc(2 * var(--unit));
    margin: 0;
  }
  h3 i {
    border-top: 2px solid;
    width: 1.5rem;
  }
  h3 i.dashed {
    border-top-style: dashed;
  }
  ls-output {
    height: 27rem;
  }
  ls-network {
    height: 24rem;
  }
  ls-lane-chart {
    height: 15rem;
  }
  ls-rows {
    height: 18rem;
  }
  ls-loss,
  ls-gradients,
  ls-weights,
  ls-activations {
    height: 17rem;
  }
  @container scope (min-width: 40rem) {
    .lanes.several {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .lanes:not(.several) section {
      align-items: stretch;
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .lanes:not(.several) section > :is(:only-child, ls-gradients) {
      grid-column: 1 / -1;
    }
    .lanes:not(.several) section > * {
      height: 27rem;
    }
  }
  /* figures of a narrow page have heights of their own */
  @media (max-width: 900px) {
    .all .lanes section > :is(ls-output, ls-loss, ls-weights, ls-gradients, ls-activations) {
      height: auto;
    }
  }
  .changes {
    display: grid;
    gap: var(--unit) calc(6 * var(--unit));
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
  }
  .foot {
    border-top: 1px solid var(--rule);
    display: grid;
    gap: calc(2 * var(--unit));
    padding-top: calc(3 * var(--unit));
  }
  p {
    color: var(--ink-soft);
    font-size: var(--tiny);
    margin: 0;
    min-height: 1.25rem;
  }
  p.trouble {
    color: var(--trouble);
  }
`;
