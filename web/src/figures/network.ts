/** A first version, to be replaced. */
import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { Figure } from "./figure";

@customElement("ls-network")
export class NetworkFigure extends Figure {
  protected override render() {
    return html`<div></div>`;
  }

  protected draw(): void {}
}
