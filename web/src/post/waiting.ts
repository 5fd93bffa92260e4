/** Outputs of a post that is still being executed: each is put into its place as it comes. Executes nothing. */
import { awaken } from "./elements";
import { setFormulas } from "./math";

const SELECTOR = ".output.waiting";

/** Fill the outputs of `text` as the server tells of them; `notice` gets what is going on, in words. */
export function fill(
  text: HTMLElement,
  post: string,
  notice: (words: string, trouble?: boolean) => void,
): void {
  const all = text.querySelectorAll(SELECTOR).length;
  if (!all) return;
  const source = new EventSource(`/api/posts/${encodeURIComponent(post)}/outputs`);
  const tell = () => {
    const left = text.querySelectorAll(SELECTOR).length;
    notice(left ? `Running the post's code on your machine: ${all - left} of ${all} outputs are there.` : "");
  };
  const end = () => {
    source.close();
    for (const each of text.querySelectorAll(SELECTOR)) each.classList.remove("waiting");
  };
  tell();
  source.addEventListener("cell", (event) => {
    const { cell, html } = JSON.parse(event.data as string) as { cell: number; html: string };
    put(text, cell, html);
    tell();
  });
  source.addEventListener("done", () => {
    end();
    notice("");
  });
  source.addEventListener("failed", (event) => {
    const { problem } = JSON.parse(event.data as string) as { cell: number; problem: string };
    end();
    notice(`The post's code stopped: ${problem}`, true);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED)
      notice("The outputs stopped coming: reload the page.", true);
  });
}

/** Put what a cell shows where it belongs: the whole of it where it comes whole, else its output. */
export function put(text: HTMLElement, cell: number, html: string): void {
  const known = text.querySelector<HTMLElement>(`[data-cell="${cell}"]`);
  if (!known) return;
  const came = document.createElement("template");
  came.innerHTML = html;
  const whole = came.content.querySelector<HTMLElement>(`[data-cell="${cell}"]`);
  const output = known.querySelector<HTMLElement>(":scope > .output");
  if (known.localName !== "ls-cell" && whole) {
    known.replaceWith(whole);
    awaken(whole);
    void setFormulas(whole);
    return;
  }
  // a cell is left as it is: somebody may be writing in it
  const pieces = whole
    ? (whole.querySelector(":scope > .output")?.childNodes ?? [])
    : came.content.childNodes;
  const into =
    output ?? known.appendChild(Object.assign(document.createElement("div"), { className: "output" }));
  if (!into.classList.contains("waiting") && into.childNodes.length) return; // run by hand meanwhile
  into.classList.remove("waiting");
  into.replaceChildren(...pieces);
  awaken(known);
}
