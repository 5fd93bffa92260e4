/** Where the lab's panels stand, from a phone to a wall. */
import { css } from "lit";

export const layout = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    height: 100dvh;
  }
  .failure {
    grid-row: 1 / -1;
    margin: 4rem auto;
    max-width: 68ch;
    padding: 0 calc(4 * var(--unit));
    white-space: pre-line;
  }
  main {
    display: grid;
    gap: 1px;
    background: var(--rule);
    grid-template:
      "side middle right" minmax(0, 1fr)
      "side bottom bottom" minmax(0, var(--below, 38%)) / 17rem minmax(0, 1.6fr) minmax(0, 1fr);
    min-height: 0;
  }
  main > * {
    background: var(--paper);
    min-height: 0;
    min-width: 0;
    overflow: auto;
    padding: calc(2 * var(--unit)) calc(3 * var(--unit));
  }
  main.whole {
    background: var(--paper);
    gap: 0;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    overflow: auto;
    padding: calc(3 * var(--unit));
  }
  main.whole > * {
    overflow: visible;
    padding: 0;
  }
  .back {
    color: var(--ink-soft);
    display: inline-block;
    margin-bottom: calc(2 * var(--unit));
  }
  .side {
    grid-area: side;
    scrollbar-width: thin;
  }
  .side > * + * {
    border-top: 1px solid var(--rule);
    margin-top: calc(3 * var(--unit));
    padding-top: calc(3 * var(--unit));
  }
  .middle {
    grid-area: middle;
  }
  .right {
    grid-area: right;
  }
  .bottom {
    grid-area: bottom;
  }
  main > ls-divider {
    align-self: start;
    background: none;
    grid-area: bottom;
    height: 12px;
    margin-top: -6px;
    overflow: visible;
    padding: 0;
    position: relative;
  }
  .middle {
    display: flex;
    flex-direction: column;
  }
  .middle > ls-network {
    flex: 1;
    min-height: 0;
  }
  .right {
    display: grid;
    grid-auto-rows: minmax(0, 1fr);
  }
  /* flat or magnified screens: the page scrolls, nothing is squeezed */
  @media (min-width: 901px) and (max-height: 640px) {
    :host {
      height: auto;
      grid-template-rows: auto auto 40rem auto;
    }
  }
  @media (max-width: 900px), (max-height: 640px) {
    main > ls-divider {
      display: none;
    }
  }
  @media (max-width: 900px) {
    :host {
      grid-template-rows: none;
      height: auto;
      min-height: 100dvh;
    }
    main {
      grid-template: "right" auto "middle" auto "bottom" minmax(20rem, auto) "side" auto / minmax(0, 1fr);
    }
    .right {
      grid-auto-rows: auto;
    }
    :host {
      padding-bottom: 7rem;
    }
    ls-timeline {
      order: 1;
    }
    main {
      order: 2;
    }
  }
  @media (max-width: 900px) and (max-height: 480px) {
    :host {
      padding-bottom: 0;
    }
  }
`;
