/** Points that are being set by hand and not learned from yet, so that a figure can show them at once. Sends nothing. */
import type { Measured } from "../generated/wire";
import type { Source } from "../wire/source";

export class Drafted extends EventTarget {
  /** The rows as a reading of `data` would tell them; null where nothing is being set. */
  data: Measured | null = null;
  /** What would be learned of them; empty where there are none. */
  task = "";

  /** Show these rows, [x1, x2, class] or [x, y]; none for null. Says "drafted". */
  show(rows: readonly (readonly number[])[] | null): void {
    if (!rows && !this.data) return;
    this.data = rows && asData(rows);
    this.task = rows?.length ? (rows[0]!.length === 2 ? "regression" : "multiclass") : "";
    this.dispatchEvent(new Event("drafted"));
  }
}

function asData(rows: readonly (readonly number[])[]): Measured {
  const inputs = (rows[0]?.length ?? 3) - 1;
  const grid = (shape: number[], data: number[]) => ({ dtype: "<f8", shape, data: Float64Array.from(data) });
  return {
    step: 0,
    instrument: "data",
    values: {},
    arrays: {
      train_raw: grid(
        [rows.length, inputs],
        rows.flatMap((row) => row.slice(0, inputs)),
      ),
      train_targets: grid(
        [rows.length],
        rows.map((row) => row[inputs]!),
      ),
      columns: grid([inputs], inputs === 1 ? [0] : [0, 1]),
    },
  };
}

const drafts = new WeakMap<Source, Drafted>();

/** What is being set by hand among a source's figures: the same for all that ask. */
export function drafted(source: Source): Drafted {
  const draft = drafts.get(source) ?? new Drafted();
  drafts.set(source, draft);
  return draft;
}
