/** The one live session of a page, held by the figure that asked last. Draws nothing. */
import type { Experiment } from "../generated/wire";
import { live, open } from "../wire/api";
import { LiveSource } from "../wire/live";

/** Whoever holds the session; told when another figure takes it. */
export interface Holder {
  released(): void;
}

let held: { holder: Holder; session: string; source: LiveSource } | null = null;

/** Begin with these experiments, and end what was held before. Raises `Refused`. */
export async function begin(holder: Holder, experiments: readonly Experiment[]): Promise<LiveSource> {
  const before = held?.holder;
  end();
  if (before !== holder) before?.released();
  const { session } = await open(experiments);
  if (held) end(); // two figures asked at once
  const source = new LiveSource(live(session));
  held = { holder, session, source };
  return source;
}

/** End the session, where this holder has it. */
export function leave(holder: Holder): void {
  if (held?.holder === holder) end();
}

function end(): void {
  if (!held) return;
  const { session, source } = held;
  held = null;
  source.close();
  void fetch(`/api/sessions/${encodeURIComponent(session)}`, { method: "DELETE", keepalive: true }).catch(
    () => {},
  );
}

// sessions are few, and one that nobody looks at would keep its place for minutes
addEventListener("pagehide", end);
