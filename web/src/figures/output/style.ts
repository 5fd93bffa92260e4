/** How the output's parts stand together. */
import { css } from "lit";

export const style = css`
  :host {
    container: output / inline-size; /* also: what is read is as long as it is, and must not widen the column */
    display: block;
    height: 100%;
  }
  .all {
    display: flex;
    flex-direction: column;
    gap: calc(1.5 * var(--unit));
    min-height: 100%;
  }
  .judged {
    align-items: flex-start;
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--unit)) calc(4 * var(--unit));
  }
  .detail {
    display: flex;
    flex-direction: column;
    gap: var(--unit);
    max-width: 100%;
  }
  .detail.wide {
    flex: 1 1 9rem;
  }
  .against {
    height: 6.75rem;
    position: relative;
  }
  .residuals {
    inset: 0;
    position: absolute;
  }
  @container output (min-width: 40rem) {
    .against {
      height: 15rem;
    }
  }
  /* no plane to draw: the room is theirs */
  .large {
    flex: 1 0 18rem;
    flex-flow: column;
  }
  .large .detail {
    flex: 1;
    width: 100%;
  }
  .large :is(.matrix, .against) {
    container-type: size;
    flex: 1;
    height: auto;
  }
  header,
  .columns {
    align-items: center;
    display: flex;
    flex-wrap: wrap;
    gap: var(--unit) calc(3 * var(--unit));
  }
  .columns {
    gap: var(--unit);
    margin: 0;
  }
  .columns button {
    font-size: var(--tiny);
    min-height: 1.25rem;
    padding: 0 calc(1.5 * var(--unit));
  }
  h2 {
    flex: 1;
    margin: 0;
  }
  label,
  .columns.soft,
  .columns .soft,
  .reading {
    color: var(--ink-soft);
    font-size: var(--tiny);
  }
  label {
    align-items: center;
    display: flex;
    gap: var(--unit);
  }
  select {
    font-size: var(--tiny);
    max-width: 9rem;
    min-height: 1.5rem;
    padding: 0 var(--unit);
  }
  input[type="checkbox"] {
    accent-color: var(--ink);
    margin: 0;
    min-height: 0;
  }
  .plot {
    align-self: center;
    flex: 1 0 13rem;
    max-height: 54rem;
    max-width: 60rem;
    position: relative;
    width: 100%;
  }
  .plot canvas {
    cursor: crosshair;
  }
  canvas {
    display: block;
    touch-action: pan-y;
  }
  .plane {
    inset: 0;
    max-width: 100%; /* off the screen it is not drawn anew when the page becomes narrower */
    position: absolute;
  }
  .reading {
    font-family: var(--mono);
    margin: 0;
    min-height: 1.25rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: pre;
  }
  /* one of several columns */
  :host([compact]) .judged:not(.large) .detail,
  :host([compact]) h2 {
    display: none;
  }
  :host([compact]) ls-scores {
    width: 100%;
  }
  @media (max-width: 900px) {
    :host {
      height: auto;
    }
    .columns button {
      min-height: 1.75rem;
    }
    .large {
      flex: none;
    }
    .large .detail {
      flex: none;
      height: min(100cqw, 32rem);
    }
    .plot {
      flex: none;
      height: min(84vw, 28rem);
    }
  }
`;
