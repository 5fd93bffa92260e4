/** Tables as CSV text, every digit kept. Saves nothing. */
import type { Line } from "./lines";
import type { Range } from "./scale";

/** Lines between two steps: a column `step`, then one a line; empty where a line has no point. */
export function csvOfLines(lines: readonly Line[], [from, to]: Range): string {
  const rows = new Map<number, string[]>();
  lines.forEach(({ points }, column) => {
    points.steps.forEach((step, i) => {
      if (step < from || step > to) return;
      const row = rows.get(step) ?? new Array<string>(lines.length).fill("");
      row[column] = String(points.values[i]);
      rows.set(step, row);
    });
  });
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return csv(
    ["step", ...lines.map((line) => line.label)],
    sorted.map(([step, row]) => [String(step), ...row]),
  );
}

/** A header and rows, quoted where it is needed. */
export function csv(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, ...rows].map((row) => `${row.map((cell) => quoted(String(cell))).join(",")}\n`).join("");
}

const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
