/** What was recorded before the page listened: after a reload, or of an instrument that is looked at late. Draws nothing. */
import type { Curve, Source } from "../wire/source";
import type { Lane } from "./heard";

/** Put the recorded past in front of the lane's series that `wanted` names, once a run. Tells whether anything came. */
export async function recall(
  source: Source,
  lane: Lane,
  wanted: (name: string) => boolean,
): Promise<boolean> {
  const run = lane.state?.run;
  if (!run || !source.past) return false;
  lane.of("loss"); // every run has one, also where none of its steps was heard
  const names = [...lane.series.keys()].filter((name) => wanted(name) && !lane.recalled.has(name));
  let came = false;
  for (const name of names) {
    lane.recalled.add(name);
    if (begun(lane, name)) continue;
    for (const curve of await recorded(source, lane, name)) {
      if (lane.state?.run !== run) return came; // another run began meanwhile
      lane.of(name).prepend(
        curve.steps,
        curve.values.map((value) => value ?? Number.NaN),
      );
      came = true;
    }
  }
  return came;
}

const begun = (lane: Lane, name: string) => (lane.of(name).steps[0] ?? Number.POSITIVE_INFINITY) <= 1;

/** The run's own record, then that of the run it went on from, up to where it did. */
async function recorded(source: Source, lane: Lane, name: string): Promise<Curve[]> {
  const from = lane.state?.facts.from as [string, number] | undefined;
  const curves = [await asked(source, lane.state!.run, name)];
  if (from) curves.push(upTo(await asked(source, from[0], name), from[1]));
  return curves.filter(({ steps }) => steps.length);
}

// a series that nobody recorded has no past; that is no fault
const asked = (source: Source, run: string, name: string): Promise<Curve> =>
  source.past!(run, name).catch(() => ({ steps: [], values: [] }));

function upTo({ steps, values }: Curve, step: number): Curve {
  const kept = steps.filter((each) => each <= step).length;
  return { steps: steps.slice(0, kept), values: values.slice(0, kept) };
}
