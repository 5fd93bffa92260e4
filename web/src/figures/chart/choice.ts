/** A select that stands where a chart has its heading, and says the same. Chooses nothing. */
import { css } from "lit";

/** For what holds `<select class="heading">` and an `ls-chart`; it is to be positioned. */
export const choice = css`
  ls-chart {
    height: 100%;
  }
  select.heading {
    background: var(--paper);
    border-color: transparent;
    field-sizing: content;
    font-weight: 600;
    left: calc(-2 * var(--unit));
    position: absolute;
    top: 0;
    z-index: 1;
  }
`;
