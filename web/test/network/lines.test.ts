// Which weights are drawn and how large; and how often the worker is asked about one.
import { describe, expect, it, vi } from "vitest";
import { Asking, type Entry } from "../../src/figures/network/asking";
import { read, written } from "../../src/figures/network/card";
import { Lines, MOST_LINES, mostFor, scaleOf } from "../../src/figures/network/lines";

describe("lines", () => {
  it("are scaled by a power of two, so that widths do not breathe", () => {
    expect(scaleOf(new Float32Array([0.3, -0.9]))).toBe(1);
    expect(scaleOf(new Float32Array([0.3, -1.1]))).toBe(2);
    expect(scaleOf(new Float32Array([0, 0]))).toBe(1);
    expect(scaleOf(new Float32Array([Number.POSITIVE_INFINITY, 0.2]))).toBe(0.25);
  });

  it("grow with the weight; zero and NaN have none", () => {
    const lines = new Lines(new Float32Array([1, -0.5, 0, Number.NaN]), 2);
    expect(lines.size(0, 0)).toBe(1);
    expect(lines.size(0, 1)).toBe(0.5);
    expect([lines.size(1, 0), lines.size(1, 1)]).toEqual([-1, -1]);
  });

  it("of very many the largest are drawn", () => {
    const weights = Float32Array.from({ length: 1024 }, (_, i) => (i + 1) / 1024);
    const lines = new Lines(weights, 32);
    expect(lines.drawn).toBeLessThanOrEqual(MOST_LINES);
    expect(lines.drawn).toBeGreaterThan(MOST_LINES / 2);
    expect(lines.size(31, 31)).toBe(1);
    expect(lines.size(0, 0)).toBe(-1);
  });
});

describe("many lines", () => {
  it("of one size are all drawn", () => {
    expect(new Lines(new Float32Array(1024).fill(1), 32).drawn).toBe(1024);
  });

  it("are fewer between two columns where there are more columns", () => {
    expect([mostFor(1), mostFor(2), mostFor(9)]).toEqual([256, 256, 111]);
  });
});

describe("asking", () => {
  const [one, other]: Entry[] = [
    { tensor: "0.weight", index: [0, 1] },
    { tensor: "0.bias", index: [0] },
  ];

  it("asks at once about another entry, and again at another step only after a pause", () => {
    const ask = vi.fn();
    const asking = new Asking(ask);
    asking.look(one!, 1, 0);
    asking.look(one!, 1, 500);
    expect(ask).toHaveBeenCalledTimes(1);
    asking.answered();
    expect(asking.look(one!, 2, 100)).toBe(50);
    expect(ask).toHaveBeenCalledTimes(1);
    asking.look(one!, 2, 150);
    asking.look(other!, 2, 151);
    expect(ask.mock.calls.map(([entry]) => entry)).toEqual([one, one, other]);
  });

  it("waits for an answer, though not for ever", () => {
    const ask = vi.fn();
    const asking = new Asking(ask);
    asking.look(one!, 1, 0);
    expect(asking.look(one!, 2, 400)).toBe(600);
    asking.look(one!, 2, 1000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("asks anew after an edit, and nothing about nothing", () => {
    const ask = vi.fn();
    const asking = new Asking(ask);
    asking.look(one!, 1, 0);
    asking.answered();
    asking.stale();
    asking.look(one!, 1, 200);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(asking.look(null, 5, 9000)).toBe(0);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe("a value that is written", () => {
  it("is read with a comma and a true minus sign too", () => {
    expect(["0.5", "0,5", "−2", " 1e-3 ", "", "abc", "1/0"].map(read)).toEqual([
      0.5,
      0.5,
      -2,
      0.001,
      null,
      null,
      null,
    ]);
  });

  it("is shown with the figures that a 32-bit number has", () => {
    expect(written(Math.fround(0.1))).toBe("0.1");
  });
});
