/** What a cell shows below itself. Its HTML was cleaned by the server; scripts in it would not run in any case. */
import { awaken } from "./elements";
import type { Said } from "./kernel";
import { printed } from "./stream";

/** Empty, for a new run. */
export function begin(output: HTMLElement): void {
  output.classList.remove("waiting", "stale");
  output.replaceChildren();
}

/** Take what a cell has to show. */
export function take(output: HTMLElement, said: Said): void {
  if (said.kind === "clear") output.replaceChildren();
  else if (said.kind === "text") print(output, said.text, said.stream);
  else if (said.kind === "output") append(output, said.html);
}

/** A sentence of ours, where something is not fine. */
export function say(output: HTMLElement, sentence: string): void {
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = sentence;
  output.append(line);
}

function append(output: HTMLElement, html: string): void {
  const piece = document.createElement("div");
  piece.innerHTML = html;
  output.append(...piece.childNodes);
  awaken(output);
}

function print(output: HTMLElement, text: string, stream: string): void {
  const last = output.lastElementChild;
  const pre = last?.matches(`pre.${stream}`) ? last : document.createElement("pre");
  pre.classList.add("stream", stream);
  pre.textContent = printed(pre.textContent ?? "", text);
  if (pre !== last) output.append(pre);
}
