/** Where the units of a traced network stand, in CSS pixels. Draws nothing. */
import type { ChainData, Stage } from "./chain-data";

export const LINE = 16; // of text
export const BOX = 116; // a unit's width
export const PAD = 4;
const GAP = 8; // between units
const HEAD = 24; // names of layers
const LEAST = 36; // between columns: less, and the drawing is scrolled
const MOST = 150;
const [BEFORE, LOSS] = [28, 76]; // room before the loss, and for it

export interface Column {
  readonly x: number;
  /** Upper edge of each unit's box. */
  readonly ys: readonly number[];
  readonly height: number;
  /** Stages that stand in it, with their numbers: a linear layer and what follows it. */
  readonly stages: readonly { readonly stage: Stage; readonly at: number }[];
}

export interface Layout {
  readonly columns: readonly Column[];
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  /** Left edge of the loss. */
  readonly loss: number;
}

/** Columns as far apart as the place allows; wider than it where they would touch. */
export function layoutOf(data: ChainData, place: number): Layout {
  const groups: { stage: Stage; at: number }[][] = [];
  data.stages.forEach((stage, at) => {
    if (stage.kind === "activation" && groups.length) groups.at(-1)!.push({ stage, at });
    else groups.push([{ stage, at }]);
  });
  const free = (place - groups.length * BOX - BEFORE - LOSS) / Math.max(1, groups.length - 1);
  const gap = Math.floor(Math.min(MOST, Math.max(LEAST, free)));
  const tall = groups.map((group) => group.length * 2 * LINE + 2 * PAD);
  const counts = groups.map((group) => group[0]!.stage.values[0]!.length);
  const high = counts.map((count, i) => count * (tall[i]! + GAP) - GAP);
  const height = Math.max(...high);
  const columns = groups.map((stages, i) => ({
    x: i * (BOX + gap),
    ys: Array.from(
      { length: counts[i]! },
      (_, unit) => HEAD + (height - high[i]!) / 2 + unit * (tall[i]! + GAP),
    ),
    height: tall[i]!,
    stages,
  }));
  const loss = groups.length * (BOX + gap) - gap + BEFORE;
  return { columns, width: loss + LOSS, height: HEAD + height + 1, gap, loss };
}

/** The middle of a unit's box, from its upper edge. */
export function middle(column: Column, unit: number): number {
  return column.ys[unit]! + column.height / 2;
}
