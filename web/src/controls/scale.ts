/** Where a value stands on a slider, and what value a place means. Knows no element. */

/** What a slider can say: a number, a word such as "all", or nothing. */
export type Said = number | string | null;

/** From `from` to `to`, evenly or by factors. `first` and `last` are what the very ends mean instead of numbers. */
export interface Scale {
  readonly by: "linear" | "log";
  readonly from: number;
  readonly to: number;
  readonly whole?: boolean;
  /** Powers of two only, as batch sizes are usually chosen; others can be typed. */
  readonly powers?: boolean;
  readonly first?: { readonly value: Said; readonly word: string };
  readonly last?: { readonly value: Said; readonly word: string };
}

export const PLACES = 200;

/** The value at a place, 0 to `PLACES`. */
export function valueFor(place: number, scale: Scale): Said {
  if (scale.first && place <= 0) return scale.first.value;
  if (scale.last && place >= PLACES) return scale.last.value;
  const [start, end] = ends(scale);
  const share = Math.min(1, Math.max(0, (place - start) / (end - start)));
  if (share === 0 || share === 1) return share ? scale.to : scale.from;
  if (scale.powers) return 2 ** Math.round(Math.log2(scale.from * (scale.to / scale.from) ** share));
  if (scale.by === "linear") return tidy(scale.from + share * (scale.to - scale.from), scale, 3);
  return tidy(scale.from * (scale.to / scale.from) ** share, scale, 2);
}

/** The place of a value; values beyond the ends stand at the ends. */
export function placeOf(value: Said, scale: Scale): number {
  if (scale.first && value === scale.first.value) return 0;
  if (scale.last && value === scale.last.value) return PLACES;
  if (typeof value !== "number" || !Number.isFinite(value)) return 0;
  const [start, end] = ends(scale);
  const share =
    scale.by === "linear"
      ? (value - scale.from) / (scale.to - scale.from)
      : Math.log(Math.max(value, Number.MIN_VALUE) / scale.from) / Math.log(scale.to / scale.from);
  return Math.round(start + Math.min(1, Math.max(0, share)) * (end - start));
}

/** A value in words: short, without losing what was typed. */
export function shown(value: Said, scale?: Scale): string {
  for (const end of [scale?.first, scale?.last]) if (end && value === end.value) return end.word;
  if (value === null) return "none";
  if (typeof value !== "number") return value;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential().replace("e+", "e");
  return String(value);
}

/** What was typed: a number, a word that the ends mean, or the text as it stands, for the server to judge. */
export function typed(text: string, scale?: Scale): Said {
  const trimmed = text.trim();
  for (const end of [scale?.first, scale?.last])
    if (end && trimmed.toLowerCase() === end.word) return end.value;
  if (trimmed === "" || trimmed === "none") return null;
  const number = Number(trimmed.replace(",", "."));
  return Number.isFinite(number) ? number : trimmed;
}

// an end that means something else keeps the outermost places to itself, so that it is not hit by chance
function ends(scale: Scale): [number, number] {
  const own = PLACES / 20;
  return [scale.first ? own : 0, scale.last ? PLACES - own : PLACES];
}

function tidy(value: number, scale: Scale, digits: number): number {
  return scale.whole ? Math.round(Number(value.toPrecision(digits))) : Number(value.toPrecision(digits));
}
