/** The views below the network, each loaded when it is opened first. Add a view: a line here. */

export interface Tab {
  readonly name: string;
  readonly title: string;
  readonly tag: string;
  readonly load: () => Promise<unknown>;
}

export const TABS: readonly Tab[] = [
  { name: "loss", title: "Loss", tag: "ls-loss", load: () => import("../figures/loss") },
  {
    name: "gradients",
    title: "Gradients",
    tag: "ls-gradients",
    load: () => import("../figures/gradients/gradients"),
  },
  {
    name: "activations",
    title: "Activations",
    tag: "ls-activations",
    load: () => import("../figures/activations/activations"),
  },
  { name: "weights", title: "Weights", tag: "ls-weights", load: () => import("../figures/weights/weights") },
  {
    name: "landscape",
    title: "Landscape",
    tag: "ls-landscape",
    load: () => import("../figures/landscape/landscape"),
  },
  { name: "batch", title: "Inside a batch", tag: "ls-batch", load: () => import("../figures/batch/batch") },
  { name: "code", title: "Code", tag: "ls-code", load: () => import("../figures/code/code") },
  { name: "noise", title: "Noise", tag: "ls-noise", load: () => import("../figures/gradients/noise") },
  { name: "rate", title: "Learning rate", tag: "ls-rate", load: () => import("../figures/speed/rate") },
  { name: "speed", title: "Speed", tag: "ls-speed", load: () => import("../figures/speed/speed") },
];

const REMEMBERED = "loopscope.tab";

/** The tab that was open last, else the first. */
export function remembered(): Tab {
  return TABS.find(({ name }) => name === storage()?.getItem(REMEMBERED)) ?? TABS[0]!;
}

export function remember(tab: Tab): void {
  storage()?.setItem(REMEMBERED, tab.name);
}

/** The tab that a key asks for: 1 … 9 and 0 for the tenth, alone or with Alt. */
export function tabOf({ code, ctrlKey, metaKey, shiftKey }: KeyboardEvent): Tab | undefined {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit === undefined || ctrlKey || metaKey || shiftKey) return undefined;
  return TABS[(Number(digit) + 9) % 10];
}

/** The tab that an arrow, Home or End leads to from the one that is open. */
export function neighbour(tab: Tab, key: string): Tab | undefined {
  const at = TABS.indexOf(tab);
  const to: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
  return key in to ? TABS[(to[key]! + TABS.length) % TABS.length] : undefined;
}

// a page whose cookies are blocked has no storage, and asking throws
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
