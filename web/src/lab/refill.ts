/** Fills a page's series from the record, where it came late to a session. Hears no stream. */
import type { Heard, Lane } from "../heard/heard";
import type { Series } from "../heard/series";
import { ask } from "../wire/api";

const POINTS = 2000; // a series of the page keeps at most twice as many
const FARTHEST = 20; // how often a run may have gone on from an earlier one

interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Every recorded series of every lane's run, and of the runs that it went on from. */
export async function refill(memory: Heard): Promise<void> {
  await Promise.all(memory.lanes.map((lane) => refillLane(lane).catch(() => undefined))); // a gap is no trouble
}

async function refillLane(lane: Lane): Promise<void> {
  const { run, facts } = lane.state ?? {};
  if (!run) return;
  const parts = await lineage(run, facts?.from as Origin);
  const names = (await ask<{ series: string[] }>(`runs/${run}`)).series;
  await Promise.all(
    names.map(async (name) => {
      const curves = await Promise.all(parts.map(({ run }) => curve(run, name)));
      put(
        lane.of(name),
        joined(
          curves,
          parts.map(({ until }) => until),
        ),
      );
    }),
  );
}

type Origin = readonly [string, number] | undefined;
interface Part {
  readonly run: string;
  readonly until: number;
}

// the earliest run first, each as far as the next one took it up
async function lineage(run: string, from: Origin): Promise<Part[]> {
  const parts: Part[] = [{ run, until: Number.POSITIVE_INFINITY }];
  for (let origin = from; origin && parts.length < FARTHEST; ) {
    const [earlier, until] = origin;
    parts.unshift({ run: earlier, until });
    origin = (await ask<{ facts: { from?: Origin } }>(`runs/${earlier}`)).facts.from;
  }
  return parts;
}

function curve(run: string, name: string): Promise<Curve> {
  const none = { steps: [], values: [] };
  return ask<Curve>(`runs/${run}/series?name=${encodeURIComponent(name)}&points=${POINTS}`).catch(() => none);
}

/** Curves one after another, each up to its own end. */
export function joined(curves: readonly Curve[], untils: readonly number[]): [number, number][] {
  const points: [number, number][] = [];
  curves.forEach(({ steps, values }, part) => {
    steps.forEach((step, i) => {
      const last = points[points.length - 1]?.[0] ?? -1;
      const until = Math.min(...untils.slice(part));
      if (step > last && step <= until) points.push([step, values[i] ?? Number.NaN]);
    });
  });
  return points;
}

/** What was recorded goes before what was heard since. */
export function put(series: Series, recorded: readonly (readonly [number, number])[]): void {
  const heard = series.steps.map((step, i) => [step, series.values[i]!] as const);
  const first = heard[0]?.[0] ?? Number.POSITIVE_INFINITY;
  series.cut(-1);
  for (const [step, value] of recorded) if (step < first) series.push(step, value);
  for (const [step, value] of heard) series.push(step, value);
}
