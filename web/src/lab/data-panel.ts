/** A first version, to be replaced. */
import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "../look/shared";
import type { Source } from "../wire/source";

@customElement("ls-data-panel")
export class DataPanel extends LitElement {
  static override styles = [shared];
  @property({ attribute: false }) source!: Source;

  protected override render() {
    return html`<h2>DATA</h2>`;
  }
}
