/** Small drawings for the buttons that go through phases. */
import { html, svg } from "lit";

const PATHS = {
  first: svg`<path d="M4 3v10M12.5 3v10L6 8z"/>`,
  back: svg`<path d="M11.5 2.5v11L4 8z"/>`,
  on: svg`<path d="M4.5 2.5v11L12 8z"/>`,
  last: svg`<path d="M12 3v10M3.5 3v10L10 8z"/>`,
} as const;

export type Sign = keyof typeof PATHS;

/** Of 16 × 16 pixels, hidden from those who hear the page: its button says what it does. */
export function sign(name: Sign) {
  return html`<svg viewBox="0 0 16 16" width="16" height="16" fill="currentColor" stroke="currentColor" aria-hidden="true">${PATHS[name]}</svg>`;
}
