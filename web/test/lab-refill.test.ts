import { describe, expect, it } from "vitest";
import { Series } from "../src/heard/series";
import { joined, put } from "../src/lab/refill";

describe("a page that comes late", () => {
  it("has what was recorded before what it heard itself", () => {
    const series = new Series();
    for (const step of [5, 6]) series.push(step, step);
    put(
      series,
      [1, 2, 3, 4, 5, 6, 7].map((step) => [step, -step]),
    );
    expect(series.steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(series.values).toEqual([-1, -2, -3, -4, 5, 6]);
  });
  it("takes each run up to where the next one went on", () => {
    const curve = (from: number, to: number, value: number) => {
      const steps = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      return { steps, values: steps.map(() => value) };
    };
    const points = joined([curve(1, 9, 0), curve(5, 9, 1), curve(4, 6, 2)], [4, 3, Number.POSITIVE_INFINITY]);
    expect(points.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(points.map(([, value]) => value)).toEqual([0, 0, 0, 2, 2, 2]);
  });
  it("leaves a hole where a value is no number", () => {
    expect(joined([{ steps: [1], values: [null] }], [9])[0]![1]).toBeNaN();
  });
});
