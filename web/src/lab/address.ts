/** What the page's address says: which session, which experiment, which view. Touches no window. */

export interface Address {
  readonly session: string | null;
  /** Links, names of presets, or anything else the server understands: one an experiment, several side by side. */
  readonly what: readonly string[];
  readonly view: string | null;
}

/** What stands behind the `#`. Links say `e=`, as the command line reads them; `x=` is understood too. */
export function read(hash: string): Address {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const what = [...asked.getAll("e"), ...asked.getAll("x")].filter(Boolean);
  return { session: asked.get("session"), what, view: asked.get("view") };
}

/** The reverse; a session's own address carries its experiment too, so that it can begin anew where it is gone. */
export function write({ session, what, view }: Address): string {
  const parts = [session && `session=${session}`, view && `view=${view}`, ...what.map((each) => `e=${each}`)];
  const said = parts.filter(Boolean).join("&");
  return said ? `#${said}` : "#";
}

/** The address to give to somebody else: the experiments, and side by side where they are several. */
export function toShare(page: string, links: readonly string[]): string {
  const view = links.length > 1 ? "compare" : null;
  return page.split("#")[0]!.split("?")[0]! + write({ session: null, view, what: links });
}
