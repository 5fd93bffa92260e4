/** What experiments have different, setting by setting. Knows no setting's meaning. */

export interface Difference {
  readonly path: string; // such as training.lr
  readonly values: readonly unknown[]; // one an experiment; undefined where it has no such setting
}

const NAMES = new Set(["name"]); // what a run is called was not asked of the loop

/** Settings in which not all agree, in the order of the experiment's own fields; null agrees with everything. */
export function differing(experiments: readonly (object | null)[]): Difference[] {
  const flats = experiments.map((experiment) => flat(experiment ?? {}));
  const asked = flats.filter((_, i) => experiments[i] !== null);
  const paths = new Set(flats.flatMap((settings) => [...settings.keys()]));
  return [...paths]
    .filter((path) => !NAMES.has(path))
    .filter((path) => asked.some((settings) => text(settings.get(path)) !== text(asked[0]!.get(path))))
    .map((path) => ({ path, values: flats.map((settings) => settings.get(path)) }));
}

/** The same experiment with one setting changed; the rest is shared, as both are never written to. */
export function changed<T extends object>(experiment: T, path: string, value: unknown): T {
  const [head, ...rest] = path.split(".") as [string, ...string[]];
  const inside = (experiment as Record<string, unknown>)[head];
  const next = rest.length ? changed((inside ?? {}) as object, rest.join("."), value) : value;
  return { ...experiment, [head]: next };
}

/** A setting's value by its path. */
export function setting(experiment: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inside, part) => (inside as Record<string, unknown> | undefined)?.[part], experiment);
}

/** A setting's value as people write it: lists without brackets, nothing as a dash. */
export function written(value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (Array.isArray(value) && Array.isArray(value[0])) return `${value.length} rows`; // hundreds of points
  if (Array.isArray(value)) return value.length ? value.map(written).join(", ") : "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "number") return short(value);
  return String(value);
}

/** A number in the fewest characters that still say it: 0.03, 1e-6, 12,000. */
function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en", { maximumSignificantDigits: 6 });
}

function flat(section: object, prefix = ""): Map<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const [name, value] of Object.entries(section)) {
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      for (const [path, inside] of flat(value, `${prefix}${name}.`)) settings.set(path, inside);
    else settings.set(`${prefix}${name}`, value);
  }
  return settings;
}

const text = (value: unknown) => JSON.stringify(value) ?? "";
