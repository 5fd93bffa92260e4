// Arrow keys reach every unit, bias and weight, and pointing finds what is drawn there.
import { describe, expect, it } from "vitest";
import { bend, hit, markAt } from "../../src/figures/network/hit";
import { acrossOf, layoutOf } from "../../src/figures/network/layout";
import { entryOf, exists, moved, named, type Place, same } from "../../src/figures/network/place";
import { structureOf } from "../../src/figures/network/structure";
import { lane } from "./lane";

const structure = structureOf(
  lane({
    "0.weight": [3, 2],
    "0.bias": [3],
    "2.weight": [2, 3],
    "2.bias": [2],
    "4.weight": [1, 2],
    "4.bias": [1],
  }),
);
const key = (place: Place) => JSON.stringify(place);

function reached(from: Place): Set<string> {
  const seen = new Set([key(from)]);
  const open = [from];
  for (let place = open.pop(); place; place = open.pop())
    for (const arrow of ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]) {
      const next = moved(structure, place, arrow)!;
      expect(exists(structure, next)).toBe(true);
      if (!seen.has(key(next))) open.push(next);
      seen.add(key(next));
    }
  return seen;
}

describe("moved", () => {
  it("reaches all units, biases and weights, and leaves nothing that is there", () => {
    const units = 2 + 3 + 2 + 1;
    const biases = 3 + 2 + 1;
    const weights = 2 * 3 + 3 * 2 + 2;
    expect(reached({ kind: "unit", column: 0, unit: 0 }).size).toBe(units + biases + weights);
  });

  it("goes along a line to its other end", () => {
    const weight: Place = { kind: "weight", column: 2, unit: 1, from: 2 };
    expect(moved(structure, weight, "ArrowRight")).toEqual({ kind: "unit", column: 2, unit: 1 });
    expect(moved(structure, weight, "ArrowLeft")).toEqual({ kind: "unit", column: 1, unit: 2 });
  });

  it("leaves other keys to others", () => {
    expect(moved(structure, { kind: "unit", column: 0, unit: 0 }, " ")).toBeNull();
  });
});

describe("a place", () => {
  it("is an entry of a tensor, output unit first as PyTorch has it", () => {
    expect(entryOf(structure, { kind: "weight", column: 1, unit: 2, from: 1 })).toEqual({
      tensor: "0.weight",
      index: [2, 1],
    });
    expect(entryOf(structure, { kind: "bias", column: 2, unit: 1 })).toEqual({
      tensor: "2.bias",
      index: [1],
    });
    expect(entryOf(structure, { kind: "unit", column: 1, unit: 0 })).toBeNull();
  });

  it("has a name in words", () => {
    expect(named(structure, { kind: "weight", column: 1, unit: 2, from: 1 })).toBe(
      "weight from x2 to unit 3 of hidden layer 1",
    );
    expect(named(structure, { kind: "unit", column: 0, unit: 0 })).toBe("input x1");
    expect(named(structure, { kind: "bias", column: 3, unit: 0 })).toBe("bias of p(right)");
  });

  it("is no more where its unit was taken away", () => {
    expect(exists(structure, { kind: "unit", column: 1, unit: 3 })).toBe(false);
    expect(exists(structure, { kind: "bias", column: 0, unit: 0 })).toBe(false);
  });

  it("differs from others by all that it says", () => {
    const weight: Place = { kind: "weight", column: 1, unit: 0, from: 0 };
    expect(same(weight, { ...weight })).toBe(true);
    expect(same(weight, { ...weight, from: 1 })).toBe(false);
    expect(same(weight, null)).toBe(false);
  });
});

describe("hit", () => {
  const geometry = layoutOf(structure, 700, 400);
  const drawn = () => 0.5;

  it("finds a unit by its box and a bias by its mark", () => {
    const at = [acrossOf(geometry, 1, 2), geometry.ys[1]![2]!] as const;
    expect(hit(structure, geometry, ...at, drawn)).toEqual({ kind: "unit", column: 1, unit: 2 });
    expect(hit(structure, geometry, ...markAt(geometry, 1, 2), drawn)).toEqual({
      kind: "bias",
      column: 1,
      unit: 2,
    });
  });

  it("finds the line that passes there, not one that is not drawn", () => {
    const [x0, x1] = [geometry.xs[1]! + geometry.half[1]!, geometry.xs[2]! - geometry.half[2]!];
    const [y0, y1] = [geometry.ys[1]![0]!, geometry.ys[2]![1]!];
    const at = [x0 + 0.2 * (x1 - x0), y0 + (y1 - y0) * bend(0.2)] as const;
    expect(hit(structure, geometry, ...at, drawn)).toEqual({ kind: "weight", column: 2, unit: 1, from: 0 });
    const others = (_: number, unit: number) => (unit === 1 ? -1 : 0.5);
    expect(hit(structure, geometry, ...at, others)).not.toEqual({
      kind: "weight",
      column: 2,
      unit: 1,
      from: 0,
    });
    expect(hit(structure, geometry, ...at, () => -1)).toBeNull();
  });

  it("bends symmetrically, level at both ends", () => {
    expect(bend(0.5)).toBeCloseTo(0.5, 4);
    expect(bend(0.2) + bend(0.8)).toBeCloseTo(1, 4);
    expect(bend(0.05)).toBeLessThan(0.01);
  });
});
