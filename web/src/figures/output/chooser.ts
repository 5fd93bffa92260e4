/** Of more than two raw inputs, the two that the plane is drawn over. Sends nothing. */
import { html } from "lit";
import { live } from "lit/directives/live.js";

/** What a surface over two of them says nothing about. */
export const OTHERS = "surface: others at their median";

export function chooser(
  names: readonly string[],
  columns: readonly number[],
  choose: (columns: readonly number[]) => void,
) {
  const chosen = (axis: 0 | 1, column: number) => columns.map((old, i) => (i === axis ? column : old));
  const choice = (axis: 0 | 1) => html`<label
      >${axis ? "up" : "across"}
      <select .value=${live(String(columns[axis]))} @change=${(event: Event) => choose(chosen(axis, Number((event.target as HTMLSelectElement).value)))}>
        ${names.map((name, i) => html`<option value=${i} ?selected=${i === columns[axis]} ?disabled=${i === columns[1 - axis]}>${name}</option>`)}
      </select></label
    >`;
  return html`<div class="columns">${choice(0)}${choice(1)}</div>`;
}
