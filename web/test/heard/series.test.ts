/** A series keeps its bound, its extremes and its newest point, and can be cut. */
import { describe, expect, it } from "vitest";
import { after, Series } from "../../src/heard/series";

function pushed(n: number, value: (i: number) => number, bound = 512): Series {
  const series = new Series(bound);
  for (let i = 0; i < n; i++) series.push(i, value(i));
  return series;
}

describe("Series", () => {
  it("keeps every point while there is room", () => {
    const series = pushed(500, (i) => i * 2);
    expect(series.steps).toHaveLength(500);
    expect(series.values[77]).toBe(154);
  });

  it("never holds more than its bound, after a million points too", () => {
    const series = pushed(1_000_000, (i) => Math.sin(i / 1000), 512);
    expect(series.steps.length).toBeLessThanOrEqual(512);
    expect(series.steps.length).toBeGreaterThan(128);
  });

  it("keeps the least and the most, wherever they stood", () => {
    for (const at of [3, 4_999, 99_998]) {
      const series = pushed(100_000, (i) => (i === at ? 1e6 : i === 100_000 - at ? -1e6 : 1), 256);
      expect(Math.max(...series.values)).toBe(1e6);
      expect(Math.min(...series.values)).toBe(-1e6);
      expect(series.values[series.steps.indexOf(at)]).toBe(1e6);
    }
  });

  it("stays in order of step and ends with the newest point", () => {
    const series = new Series(64);
    for (let i = 0; i < 5_000; i++) {
      series.push(i, (i * 7919) % 101);
      expect(series.steps.at(-1)).toBe(i);
      expect(series.last).toBe((i * 7919) % 101);
    }
    for (let i = 1; i < series.steps.length; i++)
      expect(series.steps[i]!).toBeGreaterThan(series.steps[i - 1]!);
  });

  it("keeps its bound where steps lie far apart", () => {
    const series = new Series(64);
    for (let i = 0; i < 2_000; i++) series.push(i * i, i);
    expect(series.steps.length).toBeLessThanOrEqual(64);
  });

  it("forgets what comes after a cut, and is fine again", () => {
    const series = pushed(100_000, (i) => i, 256);
    series.cut(50);
    expect(series.steps.every((step) => step <= 50)).toBe(true);
    for (let i = 51; i < 150; i++) series.push(i, i);
    expect(series.steps.filter((step) => step > 50)).toHaveLength(99);
  });

  it("counts what is no number as an extreme, so that it is seen", () => {
    const series = pushed(10_000, (i) => (i === 5_000 ? Number.NaN : 1), 64);
    expect(series.values.some(Number.isNaN)).toBe(true);
  });

  it("tells the value that stood at a step", () => {
    const series = new Series();
    series.push(10, 1);
    series.push(20, 2);
    expect([series.at(9), series.at(10), series.at(19), series.at(99)]).toEqual([undefined, 1, 1, 2]);
  });

  it("takes the past in front of what it knows", () => {
    const series = pushed(0, () => 0);
    series.push(10, 1);
    series.prepend([1, 5, 10, 15], [0.1, 0.5, 9, 9]);
    expect(series.steps).toEqual([1, 5, 10]);
    expect(series.values).toEqual([0.1, 0.5, 1]);
  });
});

describe("after", () => {
  it("counts ascending steps up to one", () => {
    expect([0, 1, 2, 3, 9].map((step) => after([1, 2, 3], step))).toEqual([0, 1, 2, 3, 3]);
  });
});
