/** Small drawings for buttons, in the colour of their text. */
import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  play: svg`<path d="M4 2.5v11l9-5.5z" fill="currentColor"/>`,
  pause: svg`<path d="M4 2.5h3v11H4zM9 2.5h3v11H9z" fill="currentColor"/>`,
  reset: svg`<path d="M3 3v10M13 3 5.5 8 13 13z" fill="currentColor" stroke="currentColor"/>`,
  dice: svg`<rect x="2.5" y="2.5" width="11" height="11" rx="2" fill="none" stroke="currentColor"/><g fill="currentColor"><circle cx="5.5" cy="5.5" r="1"/><circle cx="10.5" cy="10.5" r="1"/><circle cx="8" cy="8" r="1"/><circle cx="10.5" cy="5.5" r="1"/><circle cx="5.5" cy="10.5" r="1"/></g>`,
  on: svg`<path d="M4 3v10l7-5zM12.5 3v10" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  down: svg`<path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
  link: svg`<path d="M6.5 9.5 9.5 6.5M7 4.5 8.5 3a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7" fill="none" stroke="currentColor" stroke-width="1.3"/>`,
  light: svg`<circle cx="8" cy="8" r="3" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13M3 13l1.5-1.5M11.5 4.5 13 3" stroke="currentColor" stroke-width="1.3"/>`,
  dark: svg`<path d="M13 9.5A5.5 5.5 0 1 1 6.5 3 4.5 4.5 0 0 0 13 9.5z" fill="none" stroke="currentColor" stroke-width="1.3"/>`,
  system: svg`<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.3"/>`,
} as const;

export type Icon = keyof typeof PATHS;

/** A drawing of 16 × 16 pixels, hidden from those who hear the page: its button says what it does. */
export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${PATHS[name]}</svg>`;
}
