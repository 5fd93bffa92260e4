/** Series of an instrument as lines: one a parameter or layer, shaded by depth. Measures nothing. */
import type { Lane } from "../../heard/heard";
import type { Line } from "./lines";
import { shades } from "./stroke";

const COST = "cost_s";

/** Keys of an instrument's series, those under `quantity/` where one is given, else those without a quantity. */
export function keysOf(lane: Lane, instrument: string, quantity = ""): string[] {
  const keys: string[] = [];
  const [start, within] = [`${instrument}.`, quantity && `${quantity}/`];
  for (const [name, series] of lane.series) {
    if (!name.startsWith(start) || !series.steps.length) continue;
    const key = name.slice(start.length);
    if (within ? key.startsWith(within) : key !== COST && !key.includes("/"))
      keys.push(key.slice(within.length));
  }
  return keys;
}

/** A line a parameter: one shade a layer, biases dashed. */
export function linesByLayer(lane: Lane, instrument: string, colour: string, quantity = ""): Line[] {
  const keys = keysOf(lane, instrument, quantity).filter((key) => key !== "total");
  const layers = [...new Set(keys.map(layerOf))];
  const shade = shades(layers.length);
  return keys.map((key) => ({
    label: key,
    colour,
    shade: shade[layers.indexOf(layerOf(key))]!,
    dashed: key.endsWith("bias"),
    points: lane.of(`${instrument}.${quantity ? `${quantity}/` : ""}${key}`),
  }));
}

const layerOf = (parameter: string) => parameter.replace(/\.(weight|bias)$/, "");
