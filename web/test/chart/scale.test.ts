/** Ranges, ticks and how numbers are written. */
import { describe, expect, it } from "vitest";
import { extent, figures, place, ticks, tickText } from "../../src/figures/chart/scale";

describe("extent", () => {
  it("holds what it shows, with room", () => {
    const [low, high] = extent(-3, 5);
    expect(low).toBeLessThan(-3);
    expect(high).toBeGreaterThan(5);
  });
  it("begins at zero where the values are near it", () => {
    expect(extent(0.1, 2)[0]).toBe(0);
    expect(extent(100, 101)[0]).toBeGreaterThan(99);
  });
  it("has a width where all values are equal, or none is known", () => {
    for (const [low, high] of [
      extent(3, 3),
      extent(0, 0),
      extent(null, null),
      extent(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true),
      extent(2, 2, true),
    ])
      expect(high).toBeGreaterThan(low);
  });
  it("does not make much of what hardly moves", () => {
    const [low, high] = extent(0.6965, 0.6992);
    expect(high - low).toBeGreaterThan(0.1);
    expect(extent(0, 0)).toEqual([-0.5, 0.5]);
  });
  it("stays above zero on a log scale", () => {
    const [low, high] = extent(1e-5, 10, true);
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(1e-5);
    expect(high).toBeGreaterThan(10);
  });
});

describe("ticks", () => {
  it("are round and inside", () => {
    expect(ticks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks([0, 0.3], 3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticks([-7, 13], 4)).toEqual([-5, 0, 5, 10]);
  });
  it("never become too many", () => {
    for (const [low, high] of [
      [0, 1e-9],
      [1e6, 1e6 + 1],
      [-1e12, 1e12],
      [3, 3.7],
    ] as const)
      expect(ticks([low, high], 5).length).toBeLessThanOrEqual(11);
  });
  it("are powers of ten on a long log scale, and 1 2 5 on a short one", () => {
    expect(ticks([1e-4, 1], 8, true)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
    expect(ticks([0.1, 10], 8, true)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10]);
    expect(ticks([1e-20, 1], 5, true).length).toBeLessThanOrEqual(6);
  });
  it("stand where their values stand", () => {
    expect(place(5, [0, 10])).toBe(0.5);
    expect(place(1, [0.1, 10], true)).toBeCloseTo(0.5, 12);
  });
});

describe("numbers", () => {
  it("have the figures asked for", () => {
    expect([0.123456, 12.3456, 0, -1.5].map((value) => figures(value))).toEqual([
      "0.1235",
      "12.35",
      "0",
      "−1.500",
    ]);
    expect(figures(0.00012345)).toBe("1.23e−4");
    expect(figures(1234567)).toBe("1.23e6");
    expect(figures(12345.6, 4)).toBe("12346");
  });
  it("say what is none", () => {
    expect([undefined, null, Number.NaN, Number.POSITIVE_INFINITY].map((value) => figures(value))).toEqual([
      "–",
      "–",
      "NaN",
      "∞",
    ]);
  });
  it("are short on an axis", () => {
    expect([0, 0.5, 1000, 25000, 1e-5, 2.5e6, -0.2].map(tickText)).toEqual([
      "0",
      "0.5",
      "1000",
      "25k",
      "1e−5",
      "2.5e6",
      "−0.2",
    ]);
  });
});
