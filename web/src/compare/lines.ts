/** How one curve among several is told from the others: a colour, a dash and a letter. Knows no chart. */

// the first is the one that others are held against; a shade towards ink lets names beside the lines be read
const COLOURS = ["ink", "class-2", "class-7", "class-4"] as const;
const SHADE = 0.3;

/** The most curves that can still be told apart. */
export const MOST_LINES = 2 * COLOURS.length;

/** Colour and dash of a line; the second four are dashed. */
export function lineLook(n: number): { colour: string; shade: number; dashed: boolean } {
  const at = n % COLOURS.length;
  return { colour: COLOURS[at]!, shade: at ? SHADE : 0, dashed: Math.floor(n / COLOURS.length) % 2 === 1 };
}

/** Letters by which a line and its column are called alike. */
export const letter = (n: number): string => String.fromCharCode(65 + n);
