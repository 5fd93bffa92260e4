// What is read off a surface: winners, rows that are surely wrong, the line between classes.
import { describe, expect, it } from "vitest";
import { boundary, type Field, fieldOf, verdictAt, winnerAt } from "../../src/figures/output/field";
import { readingOf } from "../../src/figures/output/reading";
import type { Grid } from "../../src/wire/arrays";

const grid = (shape: number[], ...data: number[]): Grid => ({
  dtype: "<f4",
  shape,
  data: Float32Array.from(data),
});

function surface(shape: number[], ...values: number[]) {
  const [columns, rows] = [shape.at(-1)!, shape.at(-2)!];
  const axis = (n: number) => grid([n], ...Array.from({ length: n }, (_, i) => i));
  const arrays = { grid_x: axis(columns), grid_y: axis(rows), values: grid(shape, ...values) };
  return { step: 1, instrument: "decision_surface", values: {}, arrays };
}

// p of class 1 rises from left to right
const BINARY = fieldOf(surface([2, 3], 0.1, 0.4, 0.9, 0.1, 0.4, 0.9), "binary")!;
const THREE = fieldOf(
  surface([3, 2, 2], 0.8, 0.1, 0.1, 0.1, 0.1, 0.7, 0.3, 0.2, 0.1, 0.2, 0.6, 0.7),
  "multiclass",
)!;

describe("a field", () => {
  it("knows its classes, rows and columns, also over one input", () => {
    expect([BINARY.classes, BINARY.rows, BINARY.columns]).toEqual([1, 2, 3]);
    expect([THREE.classes, THREE.rows, THREE.columns]).toEqual([3, 2, 2]);
    const { grid_y: _, ...arrays } = surface([1, 3], 1, 2, 3).arrays;
    const line = fieldOf(
      { ...surface([1, 3], 1, 2, 3), arrays: { ...arrays, values: grid([3], 1, 2, 3) } },
      "regression",
    )!;
    expect([line.ys, line.classes, line.rows]).toEqual([null, 1, 1]);
  });

  it("is none without a surface, or for a task that has none", () => {
    expect(fieldOf(undefined, "binary")).toBeNull();
    expect(fieldOf(surface([2, 2], 1, 1, 1, 1), "next-character")).toBeNull();
  });

  it("says who wins", () => {
    expect([0, 1, 2].map((column) => winnerAt(BINARY, 0, column))).toEqual([0, 0, 1]);
    expect([winnerAt(THREE, 0, 0), winnerAt(THREE, 0, 1), winnerAt(THREE, 1, 0)]).toEqual([0, 1, 2]);
  });

  it("crosses a row only where no place around it says its class", () => {
    expect(verdictAt(BINARY, 0.5, 0.5, 1)).toBe("wrong");
    expect(verdictAt(BINARY, 1.1, 0.5, 1)).toBe("on the boundary");
    expect(verdictAt(BINARY, 1.1, 0.5, 0)).toBe("on the boundary");
    expect(verdictAt(BINARY, 0.5, 0.5, 0)).toBe("right");
  });
});

describe("the line between classes", () => {
  it("lies where the value is 0, between the grid's places", () => {
    const line = boundary((_, column) => column - 0.25, 2, 2);
    expect(line).toEqual([0.25, 0, 0.25, 1]);
  });

  it("is none where one class has all", () => {
    expect(boundary(() => 1, 5, 5)).toEqual([]);
  });

  it("is two segments at a saddle", () => {
    expect(boundary((row, column) => (row === column ? 1 : -1), 2, 2)).toHaveLength(8);
  });
});

describe("a reading", () => {
  const same = (value: number) => value;

  it("says place and probability", () => {
    const text = readingOf(BINARY, [0, 2], ["x1", "x2"], ["left", "right"], "", same);
    expect(text).toMatch(/x1\s+2\S*\s+x2\s+0\S*\s+p\(right\) 0\.9/);
  });

  it("names the winning one of several classes", () => {
    expect(readingOf(THREE as Field, [1, 0], ["a", "b"], ["p", "q", "r"], "", same)).toContain("p(r)");
  });
});
