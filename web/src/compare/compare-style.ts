/** Where the columns of a comparison stand. */
import { css } from "lit";

export const compareStyle = css`
  :host {
    display: grid;
    gap: calc(3 * var(--unit));
    grid-template-columns: minmax(0, 1fr);
  }
  header {
    align-items: baseline;
    display: flex;
    flex-wrap: wrap;
    gap: 0 calc(4 * var(--unit));
  }
  h2,
  header p {
    margin: 0;
  }
  .columns {
    display: grid;
    gap: calc(4 * var(--unit)) calc(6 * var(--unit));
    grid-auto-columns: minmax(0, 1fr);
    grid-auto-flow: column;
  }
  section {
    border-top: 1px solid var(--rule);
    min-width: 0;
    padding-top: calc(2 * var(--unit));
  }
  /* alone, until there is something to compare it with */
  section:only-child {
    max-width: 56rem;
  }
  ls-output {
    display: block;
    height: clamp(23.5rem, 26vw, 40rem);
  }
  ls-network {
    height: clamp(18rem, 22vw, 32rem);
  }
  h3 {
    align-items: center;
    display: flex;
    font-size: var(--small);
    font-weight: 500;
    gap: calc(2 * var(--unit));
    margin: 0;
    min-height: 1.75rem;
  }
  h3 span {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  h3 i {
    border-top: 2px solid;
    flex: none;
    width: 1.5rem;
  }
  h3 i.dashed {
    border-top-style: dashed;
  }
  h3 button {
    background: none;
    border: 0;
    font-size: var(--large);
    min-width: 1.75rem;
    padding: 0;
  }
  ls-lane-chart {
    height: 14rem;
    min-width: 0;
  }
  @media (max-width: 900px) {
    .columns {
      grid-auto-flow: row;
    }
    ls-output {
      height: auto;
    }
  }
`;
