/** What a sweep's view says in words: what will be trained, how far it is, what came of it. Draws nothing. */
import type { Problem } from "../wire/source";
import type { Done, Foreseen, Tiling } from "./tiling";

const ONE_STACK = "one architecture, all layers stacked by hand"; // nothing that anybody would wonder at

/** Such as "12 tiles × 4 seeds = 48 runs in 3 stacks, about 2 MB." */
export function planned({ tiles, seeds, runs, stacks, bytes, because, no_surface }: Foreseen): string {
  const each =
    seeds > 1
      ? `${counted(tiles, "tile")} × ${seeds} seeds = ${counted(runs, "run")}`
      : counted(tiles, "tile");
  const size = bytes < 1e6 ? "less than 1 MB" : `about ${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
  const notes = [no_surface, ...because.filter((way) => way !== ONE_STACK).map((way) => `${way}.`)].filter(
    Boolean,
  );
  const plan = `${each}, trained together in ${counted(stacks, "stack")}, ${size}.`;
  return [plan, ...notes.map(sentence)].join(" ");
}

/** Such as "step 412 of 900   60 steps/s". */
export function figuresOf({ frame, plan, state }: Tiling): string {
  const most = Math.max(...(plan?.steps ?? [0]));
  const rate =
    state.status === "playing"
      ? `${Math.round(state.steps_per_second).toLocaleString("en")} steps/s`
      : "paused";
  const step = (frame?.step ?? 0).toLocaleString("en");
  return `step ${step.padStart(most.toLocaleString("en").length)} of ${most.toLocaleString("en")}  ${rate.padStart(12)}`;
}

/** What came of it; of one that was stopped, how much of it was recorded. */
export function standing({
  finished,
  runs,
  sweep,
  verdict,
}: Pick<Done, "finished" | "runs" | "sweep" | "verdict">): string[] {
  if (finished >= runs) return [...verdict.map(spoken), `Recorded as ${sweep}.`];
  if (!finished) return ["Stopped before any run was over: nothing is recorded."];
  return [
    `Stopped with ${finished} of ${runs} runs over. Take up the rest: loopscope sweep --resume ${sweep}`,
  ];
}

/** Problems as a page has them: the command line's options are controls here. */
export function problems(all: readonly Problem[]): string {
  return all.map((p) => spoken(`${p.field} is ${p.value}; allowed ${p.allowed}. ${p.try_next}`)).join("\n");
}

const spoken = (text: string) => text.replace(/--over /g, "").replace(/--seeds (\d+)/g, "$1 seeds");
const counted = (count: number, noun: string) =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
