import { describe, expect, it } from "vitest";
import { PLACES, placeOf, type Scale, shown, typed, valueFor } from "../src/controls/scale";

const lr: Scale = { by: "log", from: 1e-5, to: 10 };
const batch: Scale = { by: "log", from: 1, to: 1024, whole: true, last: { value: "all", word: "all" } };
const clip: Scale = { by: "log", from: 0.01, to: 100, last: { value: null, word: "off" } };
const l2: Scale = { by: "log", from: 1e-5, to: 1, first: { value: 0, word: "0" } };

describe("a slider's scale", () => {
  it("has its ends at its ends", () => {
    expect(valueFor(0, lr)).toBe(1e-5);
    expect(valueFor(PLACES, lr)).toBe(10);
  });
  it("says words at ends that mean something else", () => {
    expect(valueFor(PLACES, batch)).toBe("all");
    expect(valueFor(PLACES, clip)).toBeNull();
    expect(valueFor(0, l2)).toBe(0);
    expect(shown(null, clip)).toBe("off");
  });
  it("keeps the last number apart from the word beside it", () => {
    expect(placeOf(1024, batch)).toBeLessThan(PLACES);
    expect(valueFor(placeOf(1024, batch), batch)).toBe(1024);
  });
  it("finds the place of a value again, to a hundredth of the way", () => {
    for (const scale of [lr, batch, clip, l2])
      for (let place = 20; place <= 180; place += 10)
        expect(Math.abs(placeOf(valueFor(place, scale), scale) - place)).toBeLessThanOrEqual(10);
  });
  it("holds values beyond its ends at its ends", () => {
    expect(placeOf(1e6, lr)).toBe(PLACES);
    expect(placeOf(1e-9, lr)).toBe(0);
  });
  it("offers powers of two for batches", () => expect(valueFor(100, { ...batch, powers: true })).toBe(32));
  it("gives whole numbers where only those are meant", () => {
    for (let place = 0; place < PLACES; place++)
      expect(Number.isInteger(valueFor(place, batch) as number) || place === PLACES).toBe(true);
  });
});

describe("what is typed", () => {
  it("is a number, a word of the scale, nothing, or left to the server", () => {
    expect(typed("1e-3")).toBe(0.001);
    expect(typed("0,5")).toBe(0.5);
    expect(typed("ALL", batch)).toBe("all");
    expect(typed("off", clip)).toBeNull();
    expect(typed("")).toBeNull();
    expect(typed("many", batch)).toBe("many");
  });
  it("is shown without losing digits", () => {
    expect(shown(0.123456)).toBe("0.123456");
    expect(shown(1e-8)).toBe("1e-8");
    expect(typed(shown(1.25e-7))).toBe(1.25e-7);
  });
});
