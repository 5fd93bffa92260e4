/** Which view the address asks for: the lab, or the list of runs in its place. Draws neither; the lab's session goes on. */

export type View = "lab" | "runs";

/** What stands behind the `#`: `view=runs`, or else the lab. */
export function viewOf(hash: string): View {
  return new URLSearchParams(hash.replace(/^#/, "")).get("view") === "runs" ? "runs" : "lab";
}

/** The address of a view: everything else that stands behind the `#` stays. */
export function addressOf(view: View, hash = location.hash): string {
  const parts = hash.replace(/^#/, "").split("&");
  const rest = parts.filter((part) => part && !part.startsWith("view="));
  return `#${(view === "lab" ? rest : [`view=${view}`, ...rest]).join("&")}`;
}

/** Whether an address asks for experiments to be begun: a link that was followed, pasted or chosen among the runs. */
export function begins(hash: string): boolean {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  return (asked.has("e") || asked.has("x")) && !asked.has("session") && !asked.has("view");
}

/** Show the view that the address asks for, now and whenever it changes. */
export function followAddress(lab: HTMLElement): void {
  const follow = () => void show(lab, viewOf(location.hash));
  addEventListener("hashchange", () => (begins(location.hash) ? location.reload() : follow()));
  follow();
}

async function show(lab: HTMLElement, view: View): Promise<void> {
  if (view === "runs") await import("./runs/runs");
  if (view !== viewOf(location.hash)) return; // it changed while the code was loading
  const runs = document.querySelector("ls-runs");
  lab.style.display = view === "lab" ? "" : "none";
  document.title = view === "lab" ? "loopscope" : "Runs · loopscope";
  if (view === "lab") runs?.remove();
  else if (!runs) document.body.append(document.createElement("ls-runs"));
}
