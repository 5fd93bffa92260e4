/** Parameters and their shapes, of a model that is no chain of linear layers. */
import { html } from "lit";

export function listed(parameters: Readonly<Record<string, readonly number[]>>) {
  return html`<table>
    <caption class="visually-hidden">parameters and their shapes</caption>
    <tbody>
      ${Object.entries(parameters).map(
        ([name, shape]) =>
          html`<tr><th scope="row" class="number">${name}</th><td>${shape.join(" × ") || "1"}</td></tr>`,
      )}
    </tbody>
  </table>`;
}
