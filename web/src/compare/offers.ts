/** Changes that are worth a comparison, for the experiment at hand. Starts nothing and asks no server. */
import type { Plain } from "../controls/field";
import { setting, written } from "./differing";
import { settingName } from "./headings";

export interface Offer {
  readonly label: string;
  readonly path: string;
  readonly value: Plain;
}

const OTHER_OPTIMIZER: Record<string, string> = { sgd: "adam" };
const OTHER_ACTIVATION: Record<string, string> = { relu: "tanh", tanh: "relu" };
const OTHER_INIT: Record<string, string> = { default: "kaiming_normal", zeros: "default" };
const MODELS_WITH_LAYERS = ["mlp"];

/** What is commonly asked first: a learning rate ten times larger or smaller, another optimizer, wider layers … */
export function offers(experiment: object): Offer[] {
  const at = (path: string) => setting(experiment, path) as Plain;
  const lr = Number(at("training.lr"));
  const times = (factor: number) => Number((lr * factor).toPrecision(6));
  const all: Offer[] = [
    { label: "lr × 10", path: "training.lr", value: times(10) },
    { label: "lr ÷ 10", path: "training.lr", value: times(0.1) },
    other("training.optimizer", OTHER_OPTIMIZER[String(at("training.optimizer"))] ?? "sgd"),
    other("training.batch_size", at("training.batch_size") === "all" ? 10 : "all"),
    other("model.init", OTHER_INIT[String(at("model.init"))] ?? "default"),
    { label: "other initial weights", path: "seed.init", value: Number(at("seed.init")) + 1 },
  ];
  if (!MODELS_WITH_LAYERS.includes(String(at("model.kind")))) return all;
  const hidden = at("model.hidden") as number[];
  const activation = at("model.activation");
  const wider = hidden.map((units) => 4 * units);
  return [
    ...all.slice(0, 3),
    ...(typeof activation === "string"
      ? [other("model.activation", OTHER_ACTIVATION[activation] ?? "relu")]
      : []),
    ...all.slice(3, 4),
    other("model.hidden", wider),
    other("model.hidden", [...hidden, hidden.at(-1)!]),
    ...all.slice(4),
  ];
}

const other = (path: string, value: Plain): Offer => ({
  label: `${settingName(path)} ${written(value)}`,
  path,
  value,
});

/** Settings that decide the initial weights, and those that decide which rows a batch has. */
const OF_WEIGHTS = [
  "data.name",
  "data.features",
  "model.kind",
  "model.hidden",
  "model.init",
  "model.init_gain",
];
const MORE_OF_WEIGHTS = ["model.bias", "model.norm", "seed.init", "start.edits"];
const OF_BATCHES = [
  "data.name",
  "data.samples",
  "data.test_fraction",
  "seed.data",
  "seed.order",
  "training.batch_size",
];

/** What the columns share, in a sentence: it is said where initial weights or batches cannot be the same. */
export function sharing(paths: readonly string[]): string {
  const among = (own: readonly string[]) => paths.filter((path) => own.includes(path)).map(settingName);
  const weights = among([...OF_WEIGHTS, ...MORE_OF_WEIGHTS]);
  const batches = among(OF_BATCHES);
  if (!weights.length && !batches.length)
    return "The same initial weights and the same batches in the same order.";
  if (!batches.length)
    return `The same batches in the same order; initial weights differ with ${weights.join(", ")}.`;
  if (!weights.length) return `The same initial weights; batches differ with ${batches.join(", ")}.`;
  return `Initial weights differ with ${weights.join(", ")}, batches with ${batches.join(", ")}.`;
}
