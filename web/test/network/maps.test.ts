// Scales of maps: inputs by their own extent, and values of one unit among all.
import { describe, expect, it } from "vitest";
import { endsOf, valuesOf } from "../../src/figures/network/maps";

const ends = (...values: number[]) => endsOf(Float32Array.from(values));

describe("an input's scale", () => {
  it("is alike on both sides of 0 where the input is near 0", () => {
    expect(ends(-1, 0, 3)).toEqual([-3, 3]);
    expect(ends(0.0625, 1, 4)).toEqual([-4, 4]); // a square on a grid without 0
    expect(ends(-4, -1, -0.0625)).toEqual([-4, 4]);
  });
  it("goes from the least to the most where it is far from 0", () => {
    expect(ends(1950, 1980, 2020)).toEqual([1950, 2020]);
    expect(ends(-20, -15)).toEqual([-20, -15]);
  });
  it("puts what is the same everywhere in the middle", () => {
    expect(ends(7, 7)).toEqual([6, 8]);
  });
});

it("a unit's values are its part of the grid", () => {
  const data = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([...valuesOf({ dtype: "<f4", shape: [2, 2, 2], data }, 1)]).toEqual([5, 6, 7, 8]);
  expect([...valuesOf({ dtype: "<f4", shape: [4, 2], data }, 1)]).toEqual([3, 4]);
});
