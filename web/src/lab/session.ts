/** Finds a page's session by its address, begins one where there is none, and keeps the address true. Draws nothing. */
import type { Experiment } from "../generated/wire";
import { heard } from "../heard/heard";
import { ask, live, open, Refused, understand } from "../wire/api";
import { LiveSource } from "../wire/live";
import { type Address, read, write } from "./address";

const FIRST = "moons-mlp";
const LONGEST = 8000; // of a link in the address: longer ones are edited weights by the hundred
const QUIET_MS = 500; // between two new addresses: browsers refuse more than some a second

export class PageSession {
  source: LiveSource | null = null;
  private waiting = 0;

  /** `changed` is called with each new source, and when lanes came or went. */
  constructor(private readonly changed: () => void) {}

  /** The session of the address, or a new one with its experiment. Raises `Refused`. */
  async begin(): Promise<void> {
    const { session, what } = read(location.hash);
    if (session && (await alive(session))) this.join(session);
    else await this.anew(what);
  }

  /** Begin a session with whatever the server understands. */
  async anew(what: string | null): Promise<void> {
    await this.withExperiments([(await understand(what ?? FIRST)).experiment]);
  }

  /** The address as it should be with this view open. */
  address(view: string | null): string {
    return write({ ...this.now(), view });
  }

  private async withExperiments(experiments: readonly Experiment[]): Promise<void> {
    this.join((await open(experiments)).session);
  }

  private join(session: string): void {
    this.source?.close();
    const source = new LiveSource(live(session));
    this.source = source;
    this.waiting = 0;
    const memory = heard(source);
    let lanes = 0;
    memory.on((message) => {
      if (this.source !== source) return;
      if (message.kind === "connection" && !message.open) void this.lost(session);
      if (message.kind !== "hello" && message.kind !== "lane") return;
      this.writeSoon();
      if (lanes !== memory.lanes.length) this.changed();
      lanes = memory.lanes.length;
    });
    history.replaceState(null, "", write({ ...read(location.hash), session }));
    this.changed();
  }

  // what was lost may be the connection, or the session with all its experiments
  private async lost(session: string): Promise<void> {
    if (await alive(session)) return;
    if (this.source && heard(this.source).session !== session) return;
    const experiments = this.experiments();
    try {
      if (experiments.length) await this.withExperiments(experiments);
      else await this.anew(read(location.hash).what);
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // all places taken: the page says that the connection is lost
    }
  }

  private experiments(): Experiment[] {
    if (!this.source) return [];
    return heard(this.source).lanes.flatMap((lane) => (lane.state ? [lane.state.experiment] : []));
  }

  private writeSoon(): void {
    this.waiting ||= window.setTimeout(() => {
      this.waiting = 0;
      const next = write(this.now());
      if (next !== location.hash) history.replaceState(null, "", next);
    }, QUIET_MS);
  }

  private now(): Address {
    const { view, session } = read(location.hash);
    const link = this.source && heard(this.source).lane().state?.link;
    const name = this.source && heard(this.source).session;
    return { view, session: name || session, what: link && link.length < LONGEST ? link : null };
  }
}

/** Whether there is such a session; where the server is silent, it may be. */
async function alive(session: string): Promise<boolean> {
  try {
    await ask(`sessions/${encodeURIComponent(session)}`);
    return true;
  } catch (error) {
    return !(error instanceof Refused && error.status === 404);
  }
}
