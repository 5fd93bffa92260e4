/** A person's own table, as the server keeps it. Draws nothing. */
import type { Plain } from "../controls/field";
import type { Data } from "../generated/wire";
import { ask } from "../wire/api";

/** What `POST /api/tables` tells of a table. */
export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly note: string }[];
  readonly report?: readonly string[];
}

/** Have a CSV kept by the server. Raises `Refused`. */
export function keep(csv: string | Blob, name: string): Promise<Table> {
  return ask<Table>(`tables?name=${encodeURIComponent(name)}`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: csv,
  });
}

/**
 * Settings that make a kept table the data. Its columns come in any unit, so they are standardized at first; `before` is
 * what is learned from now: where it is this table already, a person's own choice of scale stays.
 */
export function asData(
  path: string,
  target: string,
  before: Pick<Data, "path"> | undefined,
): Record<string, Plain> {
  const settings = { "data.name": "table", "data.path": path, "data.target": target };
  return before?.path === path ? settings : { ...settings, "data.scale": "standard" };
}
