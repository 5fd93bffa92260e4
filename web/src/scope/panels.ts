/** Figures by the names that `loopscope.scope` has for them, loaded where they are shown. Knows no source. */
import { html, type TemplateResult } from "lit";
import type { Source } from "../wire/source";
import type { FigureName } from "./given";

interface Panel {
  readonly load: () => Promise<unknown>;
  readonly draw: (source: Source, lane: number) => TemplateResult;
  /** One figure for all lanes, where there are several. */
  readonly together?: {
    readonly load: () => Promise<unknown>;
    readonly draw: (source: Source) => TemplateResult;
  };
}

const PANELS: Record<FigureName, Panel> = {
  surface: {
    load: () => import("../figures/output"),
    draw: (source, lane) => html`<ls-output .source=${source} .lane=${lane} compact></ls-output>`,
  },
  loss: {
    load: () => import("../figures/loss"),
    draw: (source, lane) => html`<ls-loss .source=${source} .lane=${lane}></ls-loss>`,
    together: {
      load: () => import("../compare/lane-chart"),
      draw: (source) => html`<ls-lane-chart .source=${source}></ls-lane-chart>`,
    },
  },
  network: {
    load: () => import("../figures/network"),
    draw: (source, lane) => html`<ls-network .source=${source} .lane=${lane} compact></ls-network>`,
  },
  weights: {
    load: () => import("../figures/weights/weights"),
    draw: (source, lane) => html`<ls-weights .source=${source} .lane=${lane}></ls-weights>`,
  },
  gradients: {
    load: () => import("../figures/gradients/gradients"),
    draw: (source, lane) => html`<ls-gradients .source=${source} .lane=${lane}></ls-gradients>`,
  },
  activations: {
    load: () => import("../figures/activations/activations"),
    draw: (source, lane) => html`<ls-activations .source=${source} .lane=${lane}></ls-activations>`,
  },
  data: {
    load: () => import("./rows"),
    draw: (source, lane) => html`<ls-rows .source=${source} .lane=${lane}></ls-rows>`,
  },
};

/** Make these figures known to the page. */
export async function loaded(names: readonly FigureName[], lanes: number): Promise<void> {
  await Promise.all(names.map((name) => (together(name, lanes) ?? PANELS[name]).load()));
}

/** The figure of one lane; null where one stands for all of them. */
export function drawn(name: FigureName, source: Source, lane: number, lanes: number): TemplateResult | null {
  return together(name, lanes) ? null : PANELS[name].draw(source, lane);
}

/** The figure of all lanes; null where each has its own. */
export function drawnTogether(name: FigureName, source: Source, lanes: number): TemplateResult | null {
  return together(name, lanes)?.draw(source) ?? null;
}

const together = (name: FigureName, lanes: number) => (lanes > 1 ? PANELS[name].together : undefined);
