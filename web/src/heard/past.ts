/** What was recorded before the page listened: after a reload, or of an instrument that is looked at late. Draws nothing. */
import type { Curve, Place, Source } from "../wire/source";
import type { Lane } from "./heard";
import type { Series } from "./series";

const AT_ONCE = 4; // questions to a server that trains beside answering
const FIRST_COMMIT_MS = 1500; // until then the record of a new run is not on disk, and has nothing that was not heard

/** Put the recorded past in front of the lane's series that `wanted` names, once a run. Tells whether anything came. */
export async function recall(
  source: Source,
  lane: Lane,
  wanted: (name: string) => boolean,
): Promise<boolean> {
  const run = lane.state?.run;
  if (!run || !source.past || (isYoung(lane) && !lane.state?.facts.from)) return false;
  lane.of("loss"); // every run has one, also where none of its steps was heard
  const names = [...lane.series.keys()].filter((name) => wanted(name) && !lane.recalled.has(name));
  for (const name of names) lane.recalled.add(name);
  const late = names.filter((name) => !known(lane.of(name)));
  let came = false;
  for (let i = 0; i < late.length; i += AT_ONCE) {
    const some = late.slice(i, i + AT_ONCE);
    const curves = await Promise.all(some.map((name) => recorded(source, lane, name)));
    if (lane.state?.run !== run) return came; // another run began meanwhile
    some.forEach((name, at) => {
      put(lane.of(name), curves[at]!);
    });
    came ||= curves.some((found) => found.length > 0);
  }
  return came;
}

/** All that was recorded of a series between two steps, as far as a chart can show it: what is heard is kept ever more thinly. */
export async function closely(
  source: Source,
  lane: Lane,
  name: string,
  between: readonly [first: number, last: number],
): Promise<Curve> {
  if (!lane.state?.run || !source.past) return { steps: [], values: [] };
  const curves = await recorded(source, lane, name, between);
  curves.reverse(); // the oldest run first
  return { steps: curves.flatMap(({ steps }) => steps), values: curves.flatMap(({ values }) => values) };
}

/** Whether a series was heard from its beginning. */
const known = ({ steps }: Series) => (steps[0] ?? Number.POSITIVE_INFINITY) <= 1;

function put(series: Series, curves: readonly Curve[]): void {
  for (const { steps, values } of curves)
    series.prepend(
      steps,
      values.map((value) => value ?? Number.NaN),
    );
}

// of a young run, all there is was heard; but it may have gone on from one that was not
const isYoung = ({ begun }: Lane) => Date.now() - begun < FIRST_COMMIT_MS;

/** The run's own record, then those of the runs it went on from one after the other, each up to where that was. */
async function recorded(
  source: Source,
  lane: Lane,
  name: string,
  between?: readonly [number, number],
): Promise<Curve[]> {
  const { run, facts } = lane.state!;
  const curves = isYoung(lane) ? [] : [await asked(source, run, name, between)];
  let from = facts.from as Place | undefined;
  for (let end = Number.POSITIVE_INFINITY; from; from = curves.at(-1)!.from) {
    end = Math.min(end, from[1]);
    curves.push(upTo(await asked(source, from[0], name, between), end));
  }
  return curves.filter(({ steps }) => steps.length);
}

// a series that nobody recorded has no past; that is no fault
const asked = (
  source: Source,
  run: string,
  name: string,
  between?: readonly [number, number],
): Promise<Curve> => source.past!(run, name, between).catch(() => ({ steps: [], values: [] }));

function upTo({ steps, values, from }: Curve, step: number): Curve {
  const kept = steps.filter((each) => each <= step).length;
  return { steps: steps.slice(0, kept), values: values.slice(0, kept), from };
}
