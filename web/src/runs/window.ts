/** Which rows of a long list are drawn: those in sight and a few beside. Pure arithmetic. */

const SPARE = 6; // rows drawn beyond either edge, so that scrolling meets no gap

export interface Span {
  readonly from: number;
  readonly to: number; // not included
}

/** Rows in sight of a list scrolled by `top` in a frame of `height`; all lengths in pixels. */
export function inSight(top: number, height: number, row: number, count: number): Span {
  const from = Math.min(count, Math.max(0, Math.floor(top / row) - SPARE));
  return { from, to: Math.min(count, Math.ceil((top + height) / row) + SPARE) };
}

/** How far the list must be scrolled so that row `at` is wholly in sight; unchanged where it is. */
export function shown(at: number, top: number, height: number, row: number): number {
  if (at * row < top) return at * row;
  return Math.max(top, (at + 1) * row - height);
}

/** Where a key takes the active row; null where it means nothing here. */
export function moved(key: string, at: number, count: number, page: number): number | null {
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}
