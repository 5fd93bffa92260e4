/** How the home page looks: one calm column, the lab beside it where there is room. */
import { css } from "lit";

export const home = css`
  :host {
    display: block;
    font-size: var(--body);
  }
  main {
    margin: 0 auto;
    max-width: 68rem;
    padding: calc(8 * var(--unit)) calc(4 * var(--unit)) calc(16 * var(--unit));
  }
  header {
    max-width: 42rem;
  }
  h1 {
    font-size: var(--title);
    font-weight: 600;
    letter-spacing: -0.01em;
    line-height: 1.2;
    margin: 0 0 calc(5 * var(--unit));
    text-wrap: balance;
  }
  .columns {
    display: grid;
    gap: calc(8 * var(--unit)) calc(16 * var(--unit));
    grid-template-columns: minmax(0, 42rem) minmax(0, 1fr);
    margin-top: calc(10 * var(--unit));
  }
  h2 {
    margin-bottom: calc(3 * var(--unit));
  }
  section + section,
  ls-latest-runs {
    display: block;
    margin-top: calc(10 * var(--unit));
  }
  ol {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    border-top: 1px solid var(--rule);
    display: grid;
    gap: calc(2 * var(--unit));
    grid-template-columns: 2rem minmax(0, 1fr);
    padding: calc(3 * var(--unit)) 0;
  }
  li .number {
    color: var(--ink-soft);
    font-size: var(--small);
    line-height: 1.5rem;
  }
  a {
    color: inherit;
  }
  .title {
    font-weight: 600;
    text-decoration: none;
  }
  a.title:hover,
  a.title:focus-visible {
    text-decoration: underline;
  }
  li p {
    color: var(--ink-soft);
    font-size: var(--small);
    margin: var(--unit) 0 0;
  }
  .planned .title {
    color: var(--ink-soft);
    font-weight: 400;
  }
  .facts {
    font-size: var(--tiny);
  }
  .on {
    color: var(--ink);
    font-weight: 600;
    margin-left: calc(3 * var(--unit));
  }
  aside p {
    font-size: var(--small);
    margin: 0 0 calc(3 * var(--unit));
  }
  .button {
    border: 1px solid var(--ink);
    border-radius: 3px;
    display: inline-block;
    font-size: var(--small);
    padding: calc(2 * var(--unit)) calc(4 * var(--unit));
    text-decoration: none;
  }
  .button:hover {
    background: var(--pressed);
  }
  @media (max-width: 900px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    main {
      padding-top: calc(5 * var(--unit));
    }
  }
`;
