/** Finds a page's session by its address, begins one where there is none, and keeps the address true. Draws nothing. */
import type { Experiment } from "../generated/wire";
import { heard } from "../heard/heard";
import { ask, live, open, presets, Refused, understand } from "../wire/api";
import { LiveSource } from "../wire/live";
import { type Address, read, write } from "./address";

const FIRST = "moons-mlp";
const LONGEST = 8000; // of a link in the address: longer ones are edited weights by the hundred
const QUIET_MS = 500; // between two new addresses: browsers refuse more than some a second

export class PageSession {
  source: LiveSource | null = null;
  /** Whether it was begun with nothing asked for: no session, no link. */
  fresh = false;
  private name = "";
  private waiting = 0;

  /** `changed` is called with each new source, and when lanes came or went. */
  constructor(private readonly changed: () => void) {}

  /** The session of the address, or a new one with its experiment. Raises `Refused`. */
  async begin(): Promise<void> {
    const { session, what } = read(location.hash);
    this.fresh = !session && !what.length;
    if (session && (await alive(session))) this.join(session);
    else await this.anew(what);
  }

  /** Whether an address means another session than this one. */
  isOther({ session }: Address): boolean {
    return session !== null && session !== this.name;
  }

  /** Begin a session with whatever the server understands. */
  async anew(what: readonly string[]): Promise<void> {
    await this.withExperiments(what.length ? await meant(what) : [await first()]);
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
    this.name = session;
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
    const { view } = read(location.hash);
    const lanes = this.source ? heard(this.source).lanes : [];
    const links = lanes.flatMap(({ state }) => (state ? [state.link] : []));
    return { view, session: this.name || null, what: links.join().length < LONGEST ? links : [] };
  }
}

/** What links and names stand for. Raises `Refused`. */
export async function meant(what: readonly string[]): Promise<Experiment[]> {
  return (await Promise.all(what.map(understand))).map(({ experiment }) => experiment);
}

// the presets are on their way already, as the page's head asks for them
async function first(): Promise<Experiment> {
  const preset = (await presets()).find(({ name }) => name === FIRST);
  return preset ? preset.experiment : (await understand(FIRST)).experiment;
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
