/** The unit that somebody points at, as the plot shows it large. Computes nothing. */
import type { Measured } from "../../generated/wire";
import type { Unit } from "../../heard/pointed";
import type { Grid } from "../../wire/arrays";
import { INPUTS } from "../network/maps";

export interface Large {
  /** (units, rows, columns) */
  readonly grid: Grid;
  readonly unit: number;
  readonly input: boolean;
  readonly name: string;
}

/** Null where nobody points at a unit of this lane, or it has no map. */
export function largeOf(at: Unit | null, lane: number, maps: Measured | undefined): Large | null {
  const grid = at?.lane === lane ? maps?.arrays[at.layer] : undefined;
  if (!at || grid?.shape.length !== 3 || at.unit >= grid.shape[0]!) return null;
  return { grid, unit: at.unit, input: at.layer === INPUTS, name: at.name };
}
