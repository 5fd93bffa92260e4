/** What the page's address says: which session, which experiment, which view. Touches no window. */

export interface Address {
  readonly session: string | null;
  /** A link, the name of a preset, or anything else the server understands. */
  readonly what: string | null;
  readonly view: string | null;
}

/** What stands behind the `#`. Links say `e=`, as the command line reads them; `x=` is understood too. */
export function read(hash: string): Address {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  return { session: asked.get("session"), what: asked.get("e") ?? asked.get("x"), view: asked.get("view") };
}

/** The reverse; a session's own address carries its experiment too, so that it can begin anew where it is gone. */
export function write({ session, what, view }: Address): string {
  const parts = [session && `session=${session}`, view && `view=${view}`, what && `e=${what}`];
  const said = parts.filter(Boolean).join("&");
  return said ? `#${said}` : "#";
}

/** The address to give to somebody else: the experiment alone. */
export function toShare(page: string, link: string): string {
  return `${page.split("#")[0]!.split("?")[0]}#e=${link}`;
}
