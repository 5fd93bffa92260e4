/** Which fields are worth varying, over which levels, as `--over` takes them. Judges none: the server does. */
import { settings, UNFIT } from "../compare/builder";
import { type Field, type Plain, valueAt } from "../controls/field";
import type { Experiment } from "../generated/wire";

/** Levels that are commonly asked for, by field; the order is that in which they are offered. */
const USUAL: readonly (readonly [path: string, levels: string])[] = [
  ["training.lr", "0.001:1:log:4"],
  ["model.activation", "relu,tanh,sigmoid"],
  ["model.hidden", "[2],[4],[8],[16],[8,8]"],
  ["training.optimizer", "sgd,rmsprop,adam"],
  ["training.batch_size", "8,32,all"],
  ["training.l2", "0,0.001,0.01,0.1"],
  ["training.momentum", "0,0.5,0.9,0.99"],
  ["training.weight_decay", "0,0.001,0.01,0.1"],
  ["model.init", "default,xavier_normal,kaiming_normal,zeros"],
  ["model.dropout", "0,0.2,0.5"],
  ["data.noise", "0:0.4:5"],
  ["data.samples", "50,200,800"],
  ["seed.init", "0:7:8"],
  ["seed.data", "0:3:4"],
];
const OF_LAYERS = ["model.activation", "model.hidden", "model.init", "model.dropout"];
const MOST_CHOICES = 4;

/** Fields that are often varied and that this experiment has. */
export function oftenVaried(experiment: Experiment): string[] {
  const known = new Set(varied(experiment));
  const layered = valueAt(experiment, "model.kind") === "mlp";
  const has = (path: string) =>
    path === "training.momentum" ? valueAt(experiment, "training.optimizer") === "sgd" : known.has(path);
  return USUAL.map(([path]) => path).filter((path) => has(path) && (layered || !OF_LAYERS.includes(path)));
}

/** All fields that may be varied, in the experiment's own order. */
export function varied(experiment: Experiment): string[] {
  return settings(experiment).filter((path) => !UNFIT.includes(path));
}

/** Levels to begin with: what is usual, or some about the value that stands there. */
export function levelsFor(field: Field, value: Plain): string {
  const usual = USUAL.find(([path]) => path === field.path);
  if (usual) return usual[1];
  if (field.kind === "toggle") return "false,true";
  if (field.choices.length) return field.choices.slice(0, MOST_CHOICES).join(",");
  if (typeof value === "number" && value > 0) return [value / 4, value, value * 4].map(short).join(",");
  if (field.kind === "integer" || field.kind === "number") return around(field);
  return typed(value ?? field.example);
}

/** The levels in their order, split at commas outside brackets; a range is left as it stands. */
export function parts(levels: string): string[] {
  return levels
    .split(/,(?![^[(]*[\])])/)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** A level added or taken away; the order is that of `offered`. */
export function flipped(levels: string, word: string, offered: readonly string[]): string {
  const now = parts(levels);
  const next = now.includes(word) ? now.filter((each) => each !== word) : [...now, word];
  const rank = (each: string) => (offered.includes(each) ? offered.indexOf(each) : offered.length);
  return next.sort((a, b) => rank(a) - rank(b)).join(",");
}

function around({ least, most }: Field): string {
  const low = least ?? 0;
  return `${short(low)}:${short(most !== null && most < 1e6 ? most : low + 1)}:3`;
}

function typed(value: Plain): string {
  return Array.isArray(value) ? `[${value.join(",")}]` : value === null ? "" : String(value);
}

const short = (value: number) => String(Number(value.toPrecision(4)));
