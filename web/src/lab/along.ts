/** Which other settings must move with one, so that a choice in a menu is a valid experiment. Asks no server. */
import { type Plain, valueAt } from "../controls/field";
import type { Fields } from "./schema";

export type Settings = Record<string, Plain>;

const OF_OPTIMIZER: Record<string, readonly string[]> = {
  sgd: ["momentum", "nesterov", "weight_decay"],
  rmsprop: ["momentum", "eps", "weight_decay"],
  adagrad: ["eps", "weight_decay"],
  adam: ["betas", "eps", "weight_decay"],
  adamw: ["betas", "eps", "weight_decay"],
  nadam: ["betas", "eps", "weight_decay"],
  adamax: ["betas", "eps", "weight_decay"],
  lbfgs: [],
};

const OF_SCHEDULE: Record<string, readonly string[]> = {
  constant: ["warmup"],
  step: ["warmup", "every", "factor"],
  exponential: ["warmup", "every", "factor"],
  linear: ["warmup", "final"],
  cosine: ["warmup", "final"],
  "one-cycle": ["peak_at"],
  plateau: ["factor", "patience"],
};

const BY_ITSELF = ["accumulate", "clip_norm", "clip_value", "amp"]; // what lbfgs does by itself
const MEASURED = ["digits", "iris", "wine", "breast-cancer", "diabetes", "points", "table", "text"];
const FORMULA = "sin(3*x)";

/** Settings of `[training]` that an optimizer reads, in the order in which they are shown. */
export const optimizerSettings = (name: string): readonly string[] => OF_OPTIMIZER[name] ?? [];

/** Settings of `[training.schedule]` that a schedule reads. */
export const scheduleSettings = (name: string): readonly string[] => OF_SCHEDULE[name] ?? [];

/** Whether the rows of a dataset are generated, with noise, rather than measured. */
export const generated = (name: string): boolean => !MEASURED.includes(name);

/** `path` set to `value`, and with it what would otherwise be refused because nobody reads it any more. */
export function along(experiment: unknown, path: string, value: Plain, fields: Pick<Fields, "at">): Settings {
  const settings: Settings = { [path]: value };
  const usual = (other: string) => {
    const { usual } = fields.at(other);
    if (JSON.stringify(valueAt(experiment, other)) !== JSON.stringify(usual)) settings[other] = usual;
  };
  if (path === "training.optimizer") foreign(OF_OPTIMIZER, String(value), "training").forEach(usual);
  if (path === "training.optimizer" && value === "lbfgs")
    BY_ITSELF.map((name) => `training.${name}`).forEach(usual);
  if (path === "training.schedule.name")
    foreign(OF_SCHEDULE, String(value), "training.schedule").forEach(usual);
  if (path === "training.momentum" && value === 0) usual("training.nesterov");
  if (path === "training.nesterov" && value && !valueAt(experiment, "training.momentum"))
    settings["training.momentum"] = 0.9;
  if (path === "data.test_fraction" && value === 0) usual("training.early_stopping");
  if (path === "training.steps" && value !== null) settings["training.epochs"] = null;
  if (path === "training.epochs" && value !== null) settings["training.steps"] = null;
  if (path === "data.name") ofData(String(value), usual, settings);
  return settings;
}

// another dataset has other columns, another task and other rows
function ofData(name: string, usual: (path: string) => void, settings: Settings): void {
  settings.name = name; // a run called after other data would be taken for it
  for (const field of [
    "samples",
    "features",
    "formula",
    "path",
    "target",
    "points",
    "context",
    "scale_target",
  ])
    usual(`data.${field}`);
  for (const path of ["training.loss", "training.label_smoothing", "start.edits", "faults.inject"])
    usual(path);
  if (!generated(name)) usual("data.noise");
  if (name === "formula") settings["data.formula"] = FORMULA;
  if (name !== "text") return;
  usual("data.scale");
}

function foreign(owners: Record<string, readonly string[]>, name: string, section: string): string[] {
  const all = [...new Set(Object.values(owners).flat())];
  return all.filter((field) => !owners[name]?.includes(field)).map((field) => `${section}.${field}`);
}
