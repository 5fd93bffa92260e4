/** Tells the server when the reader has come to a post's end. Knows nothing else of what is read. */
import { ask } from "../wire/api";

export function tellWhenRead(text: HTMLElement, post: string): void {
  const last = text.querySelector("article > :last-child");
  if (!last) return;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    ask(`posts/${encodeURIComponent(post)}/read`, { method: "PUT" }).catch(() => {}); // it is told again next time
  });
  seen.observe(last);
}
