/** The views below the network, each loaded when it is opened first. Add a view: a line here. */

export interface Tab {
  readonly name: string;
  readonly title: string;
  readonly tag: string;
  readonly load: () => Promise<unknown>;
}

export const TABS: readonly Tab[] = [
  { name: "loss", title: "Loss", tag: "ls-loss", load: () => import("../figures/loss") },
];
