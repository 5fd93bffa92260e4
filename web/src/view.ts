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
  let asked: View;
  const follow = async () => {
    const view = viewOf(location.hash);
    asked = view;
    if (view === "runs") await import("./runs/runs");
    if (asked === view) show(lab, view); // else it changed while the code was loading
  };
  addEventListener("hashchange", () => (begins(location.hash) ? location.reload() : void follow()));
  void follow();
}

function show(lab: HTMLElement, view: View): void {
  const runs = document.querySelector("ls-runs");
  lab.style.display = view === "lab" ? "" : "none";
  document.title = view === "lab" ? "loopscope" : "Runs · loopscope";
  if (view === "lab") runs?.remove();
  else if (!runs) document.body.append(document.createElement("ls-runs"));
}
