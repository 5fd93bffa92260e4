// A chart that is zoomed is told all that was recorded of these steps, and what is heard elsewhere stays.
import { describe, expect, it } from "vitest";
import { Closer, within } from "../../src/figures/chart/closer";
import { Lane } from "../../src/heard/heard";
import type { LaneState, Source } from "../../src/wire/source";

const coarse = { steps: [1, 50, 100, 150, 200], values: [9, 8, 7, 6, 5] };

describe("within", () => {
  it("puts what is finer in its place", () => {
    const fine = { steps: [99, 100, 101], values: [1, 2, 3] };
    expect(within(coarse, fine)).toEqual({
      steps: [1, 50, 99, 100, 101, 150, 200],
      values: [9, 8, 1, 2, 3, 6, 5],
    });
  });
});

describe("the closer", () => {
  it("asks once for what is looked at, and draws as before where all is shown", async () => {
    const lane = new Lane();
    lane.state = { run: "now", facts: {} } as unknown as LaneState;
    coarse.steps.forEach((step, i) => {
      lane.of("loss").push(step, coarse.values[i]!);
    });
    const asked: unknown[] = [];
    const source: Source = {
      subscribe: () => () => {},
      send: () => {},
      past: async (run, series, between) => {
        asked.push([run, series, between]);
        return { steps: [99, 100, 101], values: [1, null, 3] };
      },
    };
    const line = { label: "batch", colour: "loss", points: lane.of("loss") };
    let came = () => {};
    const there = new Promise<void>((resolve) => (came = resolve));
    const closer = new Closer(() => came());
    expect(closer.lines(source, lane, [line])).toEqual([line]);
    closer.to([90.4, 110.2]);
    expect(closer.lines(source, lane, [line])[0]!.points).toBe(lane.of("loss"));
    await there;
    const [finer] = closer.lines(source, lane, [line]);
    expect(finer!.points.steps).toEqual([1, 50, 99, 100, 101, 150, 200]);
    expect(finer!.points.values[3]).toBeNaN();
    expect(asked).toEqual([["now", "loss", [90, 111]]]);
    closer.to(null);
    expect(closer.lines(source, lane, [line])).toEqual([line]);
  });
});
