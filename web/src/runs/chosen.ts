/** Which runs are chosen, as rows are clicked with and without keys. Pure. */
import type { Choosing } from "./table";

/** The new choice; `order` is how runs stand in the list, `from` the run that was chosen last. */
export function choose(
  chosen: ReadonlySet<string>,
  run: string,
  how: Choosing,
  order: readonly string[],
  from: string,
): Set<string> {
  if (how === "only") return chosen.size === 1 && chosen.has(run) ? new Set() : new Set([run]);
  const next = new Set(chosen);
  if (how === "toggle") {
    if (!next.delete(run)) next.add(run);
    return next;
  }
  const [a, b] = [order.indexOf(from), order.indexOf(run)].sort((x, y) => x - y) as [number, number];
  for (const between of order.slice(Math.max(0, a), b + 1)) next.add(between);
  return next;
}
