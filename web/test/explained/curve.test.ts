// A point that is pointed at is the one that is read.
import { describe, expect, it } from "vitest";
import { type Activation, across, down, nearest, path, regionAt } from "../../src/explained/curve";

const xs = [-2, -1, 0, 1, 2];
const box = { width: 100, height: 46 };
const relu: Activation = {
  name: "ReLU",
  code: "nn.ReLU()",
  value: [0, 0, 0, 1, 2],
  slope: [0, 0, 0, 1, 1],
  regions: [{ kind: "dead", low: -2, high: 0 }],
};

describe("curve", () => {
  it("places and finds the same point", () => {
    for (const [i, x] of xs.entries()) expect(nearest(across(x, xs, box), xs, box)).toBe(i);
    expect(nearest(-20, xs, box)).toBe(0);
    expect(nearest(999, xs, box)).toBe(4);
  });
  it("has larger values higher", () => {
    expect(down(3, box)).toBe(0);
    expect(down(-1.6, box)).toBeCloseTo(46);
  });
  it("goes through every point", () => {
    expect(path(xs, relu.value, box).match(/[ML]/g)).toHaveLength(5);
  });
  it("tells regions, ends included", () => {
    expect(regionAt(0, relu)).toBe("dead");
    expect(regionAt(0.05, relu)).toBe("");
  });
});
