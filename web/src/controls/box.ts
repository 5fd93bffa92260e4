/** A box in which a number, a list of numbers or a text is written. What it means is judged by the server. */
import { css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { shared } from "../look/shared";
import { Control, row } from "./control";
import type { Kind, Plain } from "./field";
import { type Said, type Scale, shown, typed } from "./scale";

@customElement("ls-box")
export class Box extends Control {
  static override styles = [
    shared,
    row,
    css`
      input {
        font-family: var(--mono);
        font-size: var(--tiny);
      }
    `,
  ];
  /** Shown where nothing is written. */
  @property() empty = "";

  protected control() {
    return html`<input
      id="it"
      autocomplete="off"
      spellcheck="false"
      inputmode=${this.field.kind === "text" || this.field.kind === "list" ? "text" : "decimal"}
      placeholder=${this.empty || String(this.field.example ?? "")}
      aria-invalid=${this.refused ? "true" : "false"}
      aria-describedby=${this.refused ? "refused" : "help"}
      ?disabled=${this.disabled}
      .value=${live(written(this.value))}
      @change=${(event: Event) => this.say(read((event.target as HTMLInputElement).value, this.field.kind), true)}
    />`;
  }
}

/** A value as it stands in a box. */
export function written(value: Plain, scale?: Scale): string {
  if (value === null) return "";
  return Array.isArray(value) ? value.map((each) => written(each)).join(", ") : shown(value as Said, scale);
}

/** What was written, as the kind of field asks; what cannot be read goes on as text, for the server to judge. */
export function read(text: string, kind: Kind): Plain {
  if (kind === "text") return text.trim() || null;
  if (kind === "list")
    return text
      .split(/[,;]\s*|\s+/)
      .filter(Boolean)
      .map((each) => typed(each));
  return typed(text);
}
