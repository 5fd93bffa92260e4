/** A landscape from a measurement: heights, lines of equal loss. */
import { describe, expect, it } from "vitest";
import { isoline } from "../../src/figures/landscape/isolines";
import { relief, terrain } from "../../src/figures/landscape/terrain";
import type { Grid } from "../../src/wire/arrays";

const grid = (shape: number[], ...data: number[]): Grid => ({
  dtype: "<f8",
  shape,
  data: Float64Array.from(data),
});

describe("terrain", () => {
  const measured = {
    step: 7,
    instrument: "landscape",
    values: { explained_1: 0.8, explained_2: 0.1, principal: 1, rows: 280 },
    arrays: {
      loss: grid([2, 3], 1, 2, 3, 4, 5, Number.POSITIVE_INFINITY),
      grid_x: grid([3], -1, 0, 1),
      grid_y: grid([2], 0, 10),
      path_loss: grid([2], 4, 3.5),
      path: grid([2, 2], -1, 0, 0.1, 9),
    },
  };
  it("reads arrays as the worker sends them", () => {
    const known = terrain(measured)!;
    expect([known.rows, known.columns, known.low, known.high]).toEqual([2, 3, 1, 5]);
    expect(known.path).toEqual([
      [-1, 0],
      [0.1, 9],
    ]);
    expect(known.end).toBe(3.5);
    expect(known.variance).toEqual([0.8, 0.1]);
  });
  it("is none where arrays are missing", () => {
    expect(terrain({ ...measured, arrays: {} })).toBeNull();
  });
  it("is drawn between 0 and 1, what is not finite at the top", () => {
    expect([...relief({ values: [1, 3, 5, Number.NaN], low: 1, high: 5 })]).toEqual([0, 0.5, 1, 1]);
    const log = relief({ values: [0.01, 1, 100], low: 0.01, high: 100 });
    expect(log[1]).toBeCloseTo(0.5, 6);
  });
});

describe("isolines", () => {
  it("cross a slope where it has that height", () => {
    const slope = [0, 1, 2, 0, 1, 2]; // two rows
    const segments = isoline(slope, 2, 3, 1.25);
    expect(segments).toHaveLength(1);
    const [x1, y1, x2, y2] = segments[0]!;
    expect([x1, x2]).toEqual([1.25, 1.25]);
    expect([y1, y2].sort()).toEqual([0, 1]);
  });
  it("close around a hill, at the height asked for", () => {
    const n = 21;
    const hill = Array.from({ length: n * n }, (_, i) => Math.hypot((i % n) - 10, Math.floor(i / n) - 10));
    const segments = isoline(hill, n, n, 5);
    for (const [x1, y1] of segments) expect(Math.hypot(x1 - 10, y1 - 10)).toBeCloseTo(5, 1);
    const ends = new Map<string, number>();
    for (const [x1, y1, x2, y2] of segments)
      for (const key of [`${x1.toFixed(6)},${y1.toFixed(6)}`, `${x2.toFixed(6)},${y2.toFixed(6)}`])
        ends.set(key, (ends.get(key) ?? 0) + 1);
    expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true);
  });
});
