/** Finer points for the steps that a chart is zoomed to: what was heard is kept thinly, what was recorded is whole. Draws nothing. */
import type { Lane } from "../../heard/heard";
import { closely } from "../../heard/past";
import { after } from "../../heard/series";
import type { Source } from "../../wire/source";
import type { Line, Points } from "./lines";
import type { Range } from "./scale";

export class Closer {
  private range: Range | null = null;
  private of = ""; // the run that the finer points are of
  private readonly found = new Map<string, Points | null>(); // null while it is asked for, or where there is nothing

  /** `came` is called when finer points are there. */
  constructor(private readonly came: () => void) {}

  /** Look at these steps from now on; null for all, where nothing finer could be seen. */
  to(range: Range | null): void {
    this.range = range && [Math.floor(range[0]), Math.ceil(range[1])];
    this.found.clear();
  }

  /** The same lines, with all points known of the steps looked at. */
  lines(source: Source, lane: Lane, lines: readonly Line[]): readonly Line[] {
    const { range } = this;
    if (!range) return lines;
    const run = lane.state?.run ?? "";
    if (run !== this.of) this.found.clear();
    this.of = run;
    return lines.map((line) => {
      const name = [...lane.series].find(([, series]) => series === line.points)?.[0];
      if (!name) return line;
      if (!this.found.has(name)) void this.ask(source, lane, name, range);
      const fine = this.found.get(name);
      return fine ? { ...line, points: within(line.points, fine) } : line;
    });
  }

  private async ask(source: Source, lane: Lane, name: string, range: Range): Promise<void> {
    this.found.set(name, null);
    const { steps, values } = await closely(source, lane, name, range);
    if (this.range !== range || !steps.length) return; // somebody looks elsewhere by now
    this.found.set(name, { steps, values: values.map((value) => value ?? Number.NaN) });
    this.came();
  }
}

/** `points`, with `fine` instead of those from its first to its last step. */
export function within(points: Points, fine: Points): Points {
  const [first, last] = [fine.steps[0]!, fine.steps.at(-1)!];
  const [low, high] = [after(points.steps, first - 1), after(points.steps, last)];
  const put = (all: readonly number[], inside: readonly number[]) => [
    ...all.slice(0, low),
    ...inside,
    ...all.slice(high),
  ];
  return { steps: put(points.steps, fine.steps), values: put(points.values, fine.values) };
}
