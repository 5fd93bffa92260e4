/** A person's own table, as the server keeps it. Draws nothing. */
import type { Plain } from "../controls/field";
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

/** Settings that make a kept table the data. */
export function asData(path: string, target: string): Record<string, Plain> {
  return { "data.name": "table", "data.path": path, "data.target": target };
}
