/** What a phase found and left: each tensor with how it was before. Reads events alone. */
import type { PhaseEnded } from "../../generated/wire";
import type { Grid } from "../../wire/arrays";
import { anyChanged } from "./table";

export interface Tensor {
  readonly name: string;
  readonly group: "batch" | "parameter";
  readonly value: Grid;
  readonly before: Grid | undefined;
  readonly gradient: Grid | undefined;
  readonly gradientBefore: Grid | undefined;
  readonly changed: boolean;
}

const OF_BATCH = ["inputs", "targets", "outputs"];

/** The tensors of a phase, those of the batch first. `before` is the phase that ended before it, if known. */
export function tensorsOf(phase: PhaseEnded, before: PhaseEnded | undefined): Tensor[] {
  const names = Object.keys(phase.arrays).filter((name) => !name.endsWith(".grad"));
  return names.map((name): Tensor => {
    const gradient = phase.arrays[`${name}.grad`];
    const gradientBefore = before?.arrays[`${name}.grad`];
    const value = phase.arrays[name]!;
    const known = before?.arrays[name];
    const appeared = before !== undefined && known === undefined;
    return {
      name,
      group: OF_BATCH.includes(name) ? "batch" : "parameter",
      value,
      before: known,
      gradient,
      gradientBefore,
      changed:
        appeared ||
        anyChanged(value, known) ||
        gradientChanged(gradient, gradientBefore, before !== undefined),
    };
  });
}

// a gradient that appears or is forgotten (None) is a change too
function gradientChanged(now: Grid | undefined, before: Grid | undefined, known: boolean): boolean {
  if (!known) return false;
  if (!now || !before) return now !== before;
  return anyChanged(now, before);
}
