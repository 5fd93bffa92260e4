/** Which unit of which lane somebody points at, so that another figure can show it large. Draws nothing. */
import type { Source } from "../wire/source";

export interface Unit {
  readonly lane: number;
  /** The layer's name in `neuron_maps`. */
  readonly layer: string;
  readonly unit: number;
  /** In words. */
  readonly name: string;
}

export class Pointed extends EventTarget {
  private at: Unit | null = null;

  get unit(): Unit | null {
    return this.at;
  }

  /** Point at a unit, or at none; says "moved" where that is another one. */
  set unit(unit: Unit | null) {
    const same =
      unit?.lane === this.at?.lane && unit?.layer === this.at?.layer && unit?.unit === this.at?.unit;
    this.at = unit;
    if (!same) this.dispatchEvent(new Event("moved"));
  }
}

const pointers = new WeakMap<Source, Pointed>();

/** What is pointed at among a source's figures: the same for all that ask. */
export function pointed(source: Source): Pointed {
  const pointer = pointers.get(source) ?? new Pointed();
  pointers.set(source, pointer);
  return pointer;
}
