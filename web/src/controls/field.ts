/** One setting as the experiment's schema describes it: what it may be, and in whose words. Draws nothing. */

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** The part of JSON Schema that pydantic writes for an experiment. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  items?: Schema;
  enum?: string[];
  const?: Plain;
  type?: string;
  description?: string;
  default?: Plain;
  examples?: Plain[];
  [bound: string]: unknown;
}

export type Kind = "number" | "integer" | "choice" | "toggle" | "text" | "list";

export interface Field {
  readonly path: string;
  readonly name: string;
  readonly help: string;
  readonly kind: Kind;
  readonly allowed: string;
  readonly nullable: boolean;
  readonly usual: Plain;
  readonly example: Plain;
  readonly choices: readonly string[];
  readonly least: number | null;
  readonly most: number | null;
}

/** The field at a path such as `training.schedule.name`. Throws for a path that the schema does not have. */
export function fieldAt(schema: Schema, path: string): Field {
  const found = path.split(".").reduce((at, name) => inside(schema, at, name, path), schema);
  const options = (found.anyOf ?? [found]).map((each) => resolved(schema, each));
  const main = options.find((each) => each.type !== "null") ?? found;
  const words = options.flatMap((each) => (typeof each.const === "string" ? [each.const] : []));
  const named = options.find((each) => each.enum) ?? options.find((each) => each.items?.enum)?.items; // a name, or a list of names
  const field = {
    path,
    name: path.slice(path.lastIndexOf(".") + 1).replaceAll("_", " "),
    help: found.description ?? "",
    kind: kindOf(main),
    nullable: options.some((each) => each.type === "null"),
    usual: found.default ?? null,
    example: found.examples?.[0] ?? null,
    choices: named?.enum ?? words,
    least: bound(main, "minimum", "ge", "exclusiveMinimum", "gt"),
    most: bound(main, "maximum", "le", "exclusiveMaximum", "lt"),
  };
  return { ...field, allowed: allowed(field) };
}

/** The value at a path of an experiment, or null where it has none. */
export function valueAt(experiment: unknown, path: string): Plain {
  let at: unknown = experiment;
  for (const name of path.split(".")) at = (at as Record<string, unknown> | null | undefined)?.[name];
  return (at ?? null) as Plain;
}

function inside(root: Schema, at: Schema, name: string, path: string): Schema {
  const next = resolved(root, at).properties?.[name];
  if (!next) throw new Error(`the schema has no field ${path}`);
  return next.$ref ? { ...resolved(root, next), ...next } : next;
}

function resolved(root: Schema, at: Schema): Schema {
  return at.$ref ? (root.$defs?.[at.$ref.replace("#/$defs/", "")] ?? at) : at;
}

function kindOf(schema: Schema): Kind {
  if (schema.enum) return "choice";
  if (schema.type === "boolean") return "toggle";
  if (schema.type === "array") return "list";
  return schema.type === "number" || schema.type === "integer" ? schema.type : "text";
}

function bound(schema: Schema, ...names: string[]): number | null {
  for (const name of names) if (typeof schema[name] === "number") return schema[name] as number;
  return null;
}

function allowed(field: Omit<Field, "allowed">): string {
  const range =
    field.least !== null && field.most !== null && field.most < 1e9
      ? `${field.least} to ${field.most}`
      : field.least !== null
        ? `from ${field.least}`
        : "";
  const words = field.kind === "choice" ? "" : field.choices.map((word) => `“${word}”`).join(", ");
  return [range, words, field.nullable ? "or none" : ""]
    .filter(Boolean)
    .join(", ")
    .replace(", or none", " or none");
}
