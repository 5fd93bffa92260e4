/** The line below a post by which it is taken elsewhere. Makes no file: the server does. */
import { html, render } from "lit";

const FORMS = [
  ["markdown", "Markdown with pictures"],
  ["notebook", "a notebook"],
  ["html", "a page"],
] as const;

/** Put it below the text of a post. */
export function offer(text: HTMLElement, post: string): void {
  const line = document.createElement("p");
  line.className = "taking";
  const link = ([form, words]: (typeof FORMS)[number]) =>
    html`<a href=${`/api/posts/${encodeURIComponent(post)}/export?to=${form}`} download>${words}</a>`;
  render(
    html`Take this post with you: ${FORMS.map((form, i) => html`${i ? ", " : ""}${link(form)}`)}.`,
    line,
  );
  text.append(line);
}
