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
    font-size: var(--small);
    font-weight: 600;
    margin: 0;
  }
  ls-output,
  ls-network {
    height: 24rem;
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
  ls-gradients {
    height: 34rem;
  }
  @container scope (min-width: 40rem) {
    .lanes.several {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .lanes:not(.several) section {
      align-items: stretch;
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .lanes:not(.several) section > :only-child {
      grid-column: 1 / -1;
    }
    .lanes:not(.several) section > * {
      height: 24rem;
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
