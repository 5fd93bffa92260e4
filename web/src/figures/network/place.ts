/** A place in a network that can be pointed at, and the way from one to the next by arrow keys. Draws nothing. */
import { type Column, type Structure, whole } from "./structure";

/** A unit, its bias, or the weight `from` → `unit`; `column` is the one that the unit stands in. */
export type Place =
  | { readonly kind: "unit" | "bias"; readonly column: number; readonly unit: number }
  | { readonly kind: "weight"; readonly column: number; readonly unit: number; readonly from: number };

/** Tensor and index of a weight or bias; null for a unit. */
export function entryOf(structure: Structure, place: Place): { tensor: string; index: number[] } | null {
  const column = structure.columns[place.column];
  if (!column) return null;
  if (place.kind === "weight" && column.weight)
    return { tensor: column.weight, index: [place.unit, place.from] };
  if (place.kind === "bias" && column.bias) return { tensor: column.bias, index: [place.unit] };
  return null;
}

export function same(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.kind !== b.kind || a.column !== b.column || a.unit !== b.unit) return false;
  return a.kind !== "weight" || a.from === (b as typeof a).from;
}

/** In words, as a screen reader says it. */
export function named({ columns }: Structure, place: Place): string {
  const column = columns[place.column];
  const of = column?.labels[place.unit] ?? `unit ${place.unit + 1}`;
  const where = column?.kind === "hidden" ? `${of} of hidden layer ${place.column}` : of;
  if (place.kind === "bias") return `bias of ${where}`;
  if (place.kind !== "weight") return column?.kind === "inputs" ? `input ${of}` : where;
  return `weight from ${columns[place.column - 1]?.labels[place.from] ?? place.from + 1} to ${where}`;
}

/** Whether a place is still there, as after units were taken away. */
export function exists({ columns }: Structure, place: Place): boolean {
  const column = columns[place.column];
  if (!column || place.unit >= column.shown) return false;
  if (place.kind !== "weight") return place.kind === "unit" || column.bias !== null;
  return lined(columns, place.column) && place.from < columns[place.column - 1]!.shown;
}

/** Whether there are lines into this column. */
export function lined(columns: readonly Column[], column: number): boolean {
  const [before, here] = [columns[column - 1], columns[column]];
  return before !== undefined && here !== undefined && whole(before) && whole(here);
}

/**
 * Up and down within a column: a unit, its bias, the next unit; or from line to line. Right and left go from a unit
 * to a line beside it, and along the line to its other end. Other keys give null.
 */
export function moved(structure: Structure, place: Place, key: string): Place | null {
  if (key === "ArrowRight") return right(structure, place);
  if (key === "ArrowLeft") return left(structure, place);
  const places = stops(structure, place);
  const at = places.findIndex((other) => same(other, place));
  if (key === "ArrowDown") return places[Math.min(at + 1, places.length - 1)]!;
  if (key === "ArrowUp") return places[Math.max(at - 1, 0)]!;
  if (key === "Home") return places[0]!;
  if (key === "End") return places.at(-1)!;
  return null;
}

function stops({ columns }: Structure, place: Place): Place[] {
  const { shown, bias } = columns[place.column]!;
  const units = Array.from({ length: shown }, (_, unit) => unit);
  const { column } = place;
  if (place.kind !== "weight")
    return units.flatMap((unit): Place[] =>
      bias === null
        ? [{ kind: "unit", column, unit }]
        : [
            { kind: "unit", column, unit },
            { kind: "bias", column, unit },
          ],
    );
  const sources = Array.from({ length: columns[column - 1]!.shown }, (_, from) => from);
  return sources.flatMap((from) => units.map((unit): Place => ({ kind: "weight", column, unit, from })));
}

function right({ columns }: Structure, place: Place): Place {
  if (place.kind === "weight") return { kind: "unit", column: place.column, unit: place.unit };
  const next = place.column + 1;
  if (next >= columns.length) return place;
  if (lined(columns, next)) return { kind: "weight", column: next, unit: 0, from: place.unit };
  return { kind: "unit", column: next, unit: Math.min(place.unit, columns[next]!.shown - 1) };
}

function left({ columns }: Structure, place: Place): Place {
  const before = place.column - 1;
  if (place.kind === "weight") return { kind: "unit", column: before, unit: place.from };
  if (before < 0) return place;
  if (lined(columns, place.column))
    return { kind: "weight", column: place.column, unit: place.unit, from: 0 };
  return { kind: "unit", column: before, unit: Math.min(place.unit, columns[before]!.shown - 1) };
}
