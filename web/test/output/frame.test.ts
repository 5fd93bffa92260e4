// Places on the plot, ticks and figures.
import { describe, expect, it } from "vitest";
import {
  type Frame,
  limitsOf,
  nearest,
  pixelX,
  pixelY,
  rawX,
  rawY,
  ticks,
} from "../../src/figures/output/frame";
import { figures, signed } from "../../src/figures/output/number";
import { STEPS, stepOf } from "../../src/figures/output/ramp";

const FRAME: Frame = { left: 50, top: 8, width: 300, height: 200, x: [-1, 2], y: [-1, 1] };

describe("a frame", () => {
  it("turns raw values into pixels and back, up being up", () => {
    expect([pixelX(FRAME, -1), pixelX(FRAME, 2)]).toEqual([50, 350]);
    expect([pixelY(FRAME, 1), pixelY(FRAME, -1)]).toEqual([8, 208]);
    expect(rawX(FRAME, pixelX(FRAME, 0.7))).toBeCloseTo(0.7);
    expect(rawY(FRAME, pixelY(FRAME, -0.3))).toBeCloseTo(-0.3);
  });

  it("has round ticks", () => {
    expect(ticks(-1.2, 2.3, 4)).toEqual([-1, 0, 1, 2]);
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(0.00012, 0.00031, 2)).toEqual([0.0002, 0.0003]);
    expect(ticks(1, 1)).toEqual([]);
    expect(ticks(Number.NaN, 1)).toEqual([]);
  });

  it("finds limits past what is not finite, and the nearest place", () => {
    expect(limitsOf([3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual([-1, 3]);
    expect(limitsOf([2, 2])).toEqual([1, 3]);
    expect(limitsOf([])).toEqual([-1, 1]);
    expect(limitsOf([0, 9, 1, 8], 2, 1)).toEqual([8, 9]);
    expect([nearest([0, 1, 2], 1.4), nearest([0, 1, 2], 9), nearest([0, 1, 2], -9)]).toEqual([1, 2, 0]);
  });
});

describe("figures", () => {
  it("take six places, of whatever size", () => {
    expect([0.0631, 12.3456, -0.5, 0, 1e-7, 123456].map((value) => figures(value))).toEqual([
      "0.0631",
      "12.346",
      "−0.5000",
      "0.0000",
      "1.00e−7",
      "1.23e5",
    ]);
  });

  it("say what is no number", () => {
    expect([Number.NaN, Number.NEGATIVE_INFINITY, null, undefined].map((v) => figures(v))).toEqual([
      "NaN",
      "−∞",
      "–",
      "–",
    ]);
  });

  it("keep the sign's place", () => {
    expect(signed(0.5)).toHaveLength(signed(-0.5).length);
  });
});

describe("a scale", () => {
  it("has the middle in its middle and holds at its ends", () => {
    expect(stepOf(0, -1, 1)).toBe(STEPS / 2);
    expect([stepOf(-9, -1, 1), stepOf(9, -1, 1)]).toEqual([0, STEPS - 1]);
  });
});
