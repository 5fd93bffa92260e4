/** What a column or a line is called among others: what it has different, and nothing else. Draws nothing. */
import { type Difference, written } from "./differing";

/** A setting's name as people say it: the last part of its path, with its section where that alone is not clear. */
export function settingName(path: string): string {
  const parts = path.split(".");
  const name = parts.at(-1)!.replaceAll("_", " ");
  const vague = ["name", "data", "init", "order", "every", "factor", "final"].includes(name);
  return vague && path !== "model.init" ? `${parts.at(-2)} ${name}`.replace(/ name$/, "") : name;
}

/** What each of the experiments is called: the first by all that `differences` are about, the others by what they have
 * other than it. Empty where nothing differs. */
export function headings(differences: readonly Difference[], count: number): string[] {
  const first = (values: readonly unknown[]) => values.find((value) => value !== undefined);
  return Array.from({ length: count }, (_, n) =>
    differences
      .filter(({ values }) => n === 0 || written(values[n]) !== written(first(values)))
      .map(({ path, values }) => `${settingName(path)} ${written(values[n])}`)
      .join(", "),
  );
}

/** A heading that fits beside a line. */
export function brief(heading: string, most = 24): string {
  return heading.length > most ? `${heading.slice(0, most - 1)}…` : heading;
}
