/** Where the lab's panels stand, from a phone to a wall. */
import { css } from "lit";

export const layout = css`
  :host {
    display: grid;
    grid-template-rows: auto auto 1fr auto;
    height: 100dvh;
  }
  .failure {
    margin: 4rem auto;
    max-width: 68ch;
    white-space: pre-line;
  }
  main {
    display: grid;
    gap: 1px;
    background: var(--rule);
    grid-template: "side middle right" minmax(0, 1.4fr) "side bottom bottom" minmax(0, 1fr) / 15rem minmax(0, 1.6fr) minmax(
        0,
        1fr
      );
    min-height: 0;
  }
  main > * {
    background: var(--paper);
    min-height: 0;
    min-width: 0;
    overflow: auto;
    padding: calc(3 * var(--unit));
  }
  .side {
    grid-area: side;
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
  @media (max-width: 900px) {
    :host {
      height: auto;
      min-height: 100dvh;
    }
    main {
      grid-template: "right" auto "middle" auto "bottom" 20rem "side" auto / minmax(0, 1fr);
    }
    ls-transport {
      background: var(--paper);
      border-top: 1px solid var(--rule);
      bottom: 0;
      order: 9;
      position: sticky;
      z-index: 2;
    }
  }
`;
