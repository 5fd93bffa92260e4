/** A line's colour in the present theme: its token, moved towards paper or ink. Knows no chart. */
import { css, mix, token } from "../../look/colour";
import type { Line } from "./lines";
import type { Ink } from "./picture";

export function strokeOf({ colour, shade = 0 }: Pick<Line, "colour" | "shade">): string {
  const [r, g, b] = mix(token(colour), token(shade < 0 ? "paper" : "ink"), Math.abs(shade));
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

/** The same for its name, dark enough to be read as text. */
export function nameOf({ colour, shade = 0 }: Pick<Line, "colour" | "shade">): string {
  return strokeOf({ colour, shade: Math.max(0.35, shade) });
}

/** Shades for `count` lines of one meaning, from the first layer (pale) to the last (dark). */
export function shades(count: number): number[] {
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => -0.45 + (1 * i) / (count - 1));
}

/** The colours that a picture needs, as they now are. */
export function ink(): Ink {
  return {
    ink: css("ink"),
    soft: css("ink-soft"),
    rule: css("rule"),
    paper: css("paper"),
    band: css("step", 0.1),
    line: strokeOf,
    name: nameOf,
  };
}
