/** What `loopscope.scope` says of a figure, as the page finds it in the element. Shows nothing. */
import type { Plain } from "../controls/field";
import type { Scale } from "../controls/scale";
import type { Experiment } from "../generated/wire";
import { bytesOf } from "./recording";

export type FigureName = "surface" | "loss" | "network" | "weights" | "gradients" | "activations" | "data";

/** A field that the reader may change. `lanes` are the experiments that have it; `scale` that of a range. */
export interface Changeable {
  readonly path: string;
  readonly name: string;
  readonly help: string;
  readonly allowed: string;
  readonly levels: readonly Plain[];
  readonly scale: Scale | null;
  readonly lanes: readonly number[];
  readonly now: Plain;
}

export interface ScopeData {
  readonly show: readonly FigureName[];
  readonly change: readonly Changeable[];
  readonly experiments: readonly Experiment[];
  readonly headings: readonly string[];
  readonly steps: number;
  readonly alt: string;
}

/** As it stands in the output of a cell. */
export interface Bundle {
  readonly data: ScopeData;
  readonly replay?: string;
  /** Where the replay lies, where it does not stand in the page. */
  readonly beside?: string;
}

export interface Given {
  readonly data: ScopeData | null;
  readonly replay: Uint8Array | null;
  readonly beside?: string;
}

/** What stands in the element's own script. */
export function givenIn(element: Element): Given {
  const text = element.querySelector(':scope > script[type="application/json"]')?.textContent;
  return text ? givenOf(JSON.parse(text)) : { data: null, replay: null };
}

/** The data alone, or a whole bundle with the data and a replay in it. */
export function givenOf(said: ScopeData | Bundle): Given {
  if (!("data" in said)) return { data: "show" in said ? said : null, replay: null };
  const { data, replay, beside } = said;
  return { data, replay: replay ? bytesOf(replay) : null, ...(beside ? { beside } : {}) };
}

/** The experiments with settings put in where they belong. */
export function experimentsWith(data: ScopeData, settings: Readonly<Record<string, Plain>>): Experiment[] {
  return data.experiments.map((experiment, lane) => {
    const copy = structuredClone(experiment) as unknown as Record<string, unknown>;
    for (const { path, lanes } of data.change)
      if (path in settings && lanes.includes(lane)) put(copy, path, settings[path]);
    return copy as unknown as Experiment;
  });
}

function put(plain: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split(".");
  const leaf = names.pop()!;
  const section = names.reduce((at, name) => at[name] as Record<string, unknown>, plain);
  section[leaf] = value;
}
