/** How the list of runs looks, on a wall and on a phone. */
import { css } from "lit";

export const tableStyle = css`
  :host {
    container: runs / inline-size;
    display: block;
    min-height: 0;
    min-width: 0;
  }
  .rows {
    height: 100%;
    overflow-x: hidden;
    overflow-y: scroll;
  }
  .rows:focus-visible {
    outline-offset: -2px;
  }
  .rows[aria-activedescendant]:focus-visible {
    outline: none; /* the active row has it */
  }
  .whole {
    overflow: hidden;
  }
  .line {
    align-items: center;
    border-bottom: 1px solid var(--rule);
    column-gap: calc(3 * var(--unit));
    cursor: default;
    display: grid;
    height: 2.25rem; /* as table.ts counts with */
    grid-template:
      "check name status source started steps loss curve metric notes" minmax(0, 1fr) / 1.25rem minmax(8rem, 2fr)
      6.5rem 4rem 6rem 4.5rem 4.75rem 6rem 12rem minmax(0, 2fr);
    padding: 0 calc(3 * var(--unit));
  }
  .line > * {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .head {
    color: var(--ink-soft);
    background: var(--paper);
    font-size: var(--tiny);
    position: sticky;
    top: 0;
    z-index: 1;
  }
  .head button {
    align-items: center;
    background: none;
    border: 0;
    color: inherit;
    font-weight: 600;
    padding: 0;
  }
  .head button span {
    display: inline-block;
    width: 1em;
  }
  [aria-sort="ascending"] button,
  [aria-sort="descending"] button {
    color: var(--ink);
  }
  .line:not(.head, [aria-selected="true"]):hover {
    background: var(--raised);
  }
  .rows .line[aria-selected="true"] {
    background: var(--pressed);
  }
  .rows:focus-visible .line[data-active] {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  .check {
    align-self: stretch;
    display: grid;
    grid-area: check;
    place-items: center;
  }
  .check i {
    border: 1px solid var(--ink-soft);
    border-radius: 2px;
    display: block;
    font-size: var(--tiny);
    font-style: normal;
    height: 1rem;
    line-height: 0.875rem;
    text-align: center;
    width: 1rem;
  }
  .name {
    grid-area: name;
  }
  [role="gridcell"].name {
    font-weight: 500;
  }
  .status {
    grid-area: status;
  }
  .source {
    grid-area: source;
  }
  .started {
    grid-area: started;
  }
  .head .steps,
  .head .loss {
    display: flex;
    justify-content: flex-end;
  }
  .head .steps button,
  .head .loss button {
    display: flex;
    flex-direction: row-reverse; /* so that a heading ends where its numbers end */
  }
  .steps {
    grid-area: steps;
    text-align: right;
  }
  .loss {
    grid-area: loss;
    text-align: right;
  }
  .curve {
    grid-area: curve;
  }
  .metric {
    grid-area: metric;
  }
  .metric .number {
    display: inline-block;
    min-width: 4.25rem;
  }
  .notes {
    grid-area: notes;
  }
  svg {
    display: block;
    height: 1.375rem;
    width: 100%;
  }
  path {
    fill: none;
    stroke: var(--loss);
    stroke-linejoin: round;
    stroke-width: 1.25;
    vector-effect: non-scaling-stroke;
  }
  @container runs (max-width: 72rem) {
    .line {
      grid-template:
        "check name status started steps loss curve metric" minmax(0, 1fr) / 1.25rem minmax(6rem, 1fr) 6.5rem 6.5rem
        4.5rem 4.75rem 6rem 12rem;
    }
    .source,
    .notes {
      display: none;
    }
  }
  @container runs (max-width: 56rem) {
    .line {
      grid-template: "check name status steps loss curve" minmax(0, 1fr) / 1.25rem minmax(6rem, 1fr) 6.5rem 4.5rem 4.5rem 6rem;
    }
    .started,
    .metric {
      display: none;
    }
  }
  :host([narrow]) .line {
    grid-template:
      "check name name curve" minmax(0, 1fr)
      "check status loss curve" minmax(0, 1fr) / 1.25rem 6.5rem minmax(4.5rem, 1fr) minmax(3rem, 6rem);
  }
  :host([narrow]) .line {
    height: 3.5rem;
  }
  :host([narrow]) .name {
    align-self: end;
  }
  :host([narrow]) .status,
  :host([narrow]) .loss {
    align-self: start;
    text-align: left;
  }
  :host([narrow]) .head .loss {
    justify-content: flex-start;
  }
  :host([narrow]) .steps {
    display: none;
  }
`;
