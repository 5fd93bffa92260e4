/** Whole views beside the lab, by the name that stands in the address. Each is loaded when it is opened first. */

export interface View {
  readonly title: string;
  readonly tag: string;
  readonly load: () => Promise<unknown>;
}

// a view is there as soon as its file is: web/src/NAME/NAME.ts, which defines <ls-NAME>
const FILES: Record<string, (() => Promise<unknown>) | undefined> = import.meta.glob([
  "../runs/runs.ts",
  "../compare/compare.ts",
  "../sweep/sweep.ts",
]);

const known = (name: string, title: string): [string, View][] => {
  const load = FILES[`../${name}/${name}.ts`];
  return load ? [[name, { title, tag: `ls-${name}`, load }]] : [];
};

export const VIEWS: ReadonlyMap<string, View> = new Map([
  ...known("runs", "Runs"),
  ...known("compare", "Compare"),
  ...known("sweep", "Sweep"),
]);
