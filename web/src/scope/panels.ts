/** Figures by the names that `loopscope.scope` has for them, loaded where they are shown. Knows no source. */
import { html, type TemplateResult } from "lit";
import type { Source } from "../wire/source";
import type { FigureName } from "./given";

interface Panel {
  readonly load: () => Promise<unknown>;
  readonly draw: (source: Source, lane: number) => TemplateResult;
  /** Whether one figure shows all lanes. */
  readonly together?: boolean;
}

const PANELS: Record<FigureName, Panel> = {
  surface: {
    load: () => import("../figures/output"),
    draw: (source, lane) => html`<ls-output .source=${source} .lane=${lane} compact></ls-output>`,
  },
  loss: {
    load: () => import("../figures/loss"),
    draw: (source, lane) => html`<ls-loss .source=${source} .lane=${lane}></ls-loss>`,
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
export async function loaded(names: readonly FigureName[]): Promise<void> {
  await Promise.all(names.map((name) => PANELS[name].load()));
}

export const drawn = (name: FigureName, source: Source, lane: number): TemplateResult =>
  PANELS[name].draw(source, lane);
