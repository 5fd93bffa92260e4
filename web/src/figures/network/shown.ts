/** What a scene is drawn from, taken out of a lane's memory as it was heard. */
import type { Lane } from "../../heard/heard";
import type { Shown } from "./scene";

export function shownOf({ measured, state }: Lane): Shown {
  const surface = measured.get("decision_surface");
  return {
    weights: measured.get("weights"),
    maps: measured.get("neuron_maps"),
    surface,
    task: String(state?.facts.task ?? ""),
    target: middleAndReach(surface?.arrays.values?.data),
  };
}

function middleAndReach(values: ArrayLike<number> = []): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < low) low = values[i]!;
    if (values[i]! > high) high = values[i]!;
  }
  return high > low ? [(low + high) / 2, (high - low) / 2] : [0, 1];
}
