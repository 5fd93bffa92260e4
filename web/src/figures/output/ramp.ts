/** Colour scales for maps as RGBA bytes, made once a theme. Knows no figure. */
import { mix, type Rgb, token } from "../../look/colour";

export const STEPS = 512;
export const GROUND = 0.6; // a surface under points is paler than they are, or points of its own class vanish in it

const kept = new Map<string, Uint32Array>();
let theme = "";

/** From class 0 through paper to class 1. */
export function diverging(strength = 1): Uint32Array {
  return cached(`diverging ${strength}`, () => {
    const paper = token("paper");
    const [low, high] = [mix(paper, token("class-0"), strength), mix(paper, token("class-1"), strength)];
    return scale((share) => (share < 0.5 ? mix(paper, low, 1 - 2 * share) : mix(paper, high, 2 * share - 1)));
  });
}

/** From paper to one colour. */
export function rising(name: string, strength = 1): Uint32Array {
  return cached(`${name} ${strength}`, () => {
    const paper = token("paper");
    return scale((share) => mix(paper, token(name), share * strength));
  });
}

/** The token of a class's colour; beyond the tenth they begin again. */
export function classToken(number: number): string {
  return `class-${number % 10}`;
}

/** Where a value stands in a scale of `STEPS` colours. */
export function stepOf(value: number, low: number, high: number): number {
  const step = Math.floor(((value - low) / (high - low)) * STEPS);
  return step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step;
}

function scale(colour: (share: number) => Rgb): Uint32Array {
  return Uint32Array.from({ length: STEPS }, (_, i) => bytes(colour(i / (STEPS - 1))));
}

function bytes([r, g, b]: Rgb): number {
  return ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

function cached(name: string, make: () => Uint32Array): Uint32Array {
  const now = `${token("paper")} ${token("class-0")}`;
  if (now !== theme) kept.clear();
  theme = now;
  const ramp = kept.get(name) ?? make();
  kept.set(name, ramp);
  return ramp;
}
