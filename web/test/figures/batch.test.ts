/** Tensors before and after a phase, and as tables. */
import { describe, expect, it } from "vitest";
import { loopCode } from "../../src/figures/batch/loop-code";
import { anyChanged, apart, changed, flat } from "../../src/figures/batch/table";
import { tensorsOf } from "../../src/figures/batch/tensors";
import type { Grid } from "../../src/wire/arrays";

const grid = (...data: number[]): Grid => ({
  dtype: "<f4",
  shape: [data.length],
  data: Float32Array.from(data),
});
const phase = (name: string, arrays: Record<string, Grid>) => ({ step: 1, phase: name, values: {}, arrays });

describe("tensors of a phase", () => {
  it("are marked where an entry differs, bit for bit", () => {
    const now = grid(1, 2, Number.NaN);
    expect([0, 1, 2].map(changed(now, grid(1, 2.0000002, Number.NaN)))).toEqual([false, true, false]);
    expect(anyChanged(now, now)).toBe(false);
    expect(anyChanged(now, undefined)).toBe(false);
  });
  it("tell a gradient that came or was forgotten", () => {
    const [none, some] = [
      phase("loss", { w: grid(1) }),
      phase("backward", { w: grid(1), "w.grad": grid(3) }),
    ];
    expect(tensorsOf(some, none).map(({ name, changed }) => [name, changed])).toEqual([["w", true]]);
    expect(tensorsOf(none, some)[0]!.changed).toBe(true);
    expect(tensorsOf(some, some)[0]!.changed).toBe(false);
    expect(tensorsOf(some, undefined)[0]!.changed).toBe(false);
  });
  it("tell outputs that appear", () => {
    const [before, after] = [
      phase("zero_grad", { inputs: grid(1) }),
      phase("forward", { inputs: grid(1), outputs: grid(1) }),
    ];
    expect(tensorsOf(after, before).map(({ name, group, changed }) => [name, group, changed])).toEqual([
      ["inputs", "batch", false],
      ["outputs", "batch", true],
    ]);
  });
  it("show as many figures as tell before and after apart", () => {
    expect(apart(grid(0), -5.468, -5.469)).toEqual(["−5.468", "−5.469"]);
    expect(apart(grid(0), -5.46812, -5.46809)).toEqual(["−5.46812", "−5.46809"]);
    expect(apart(grid(0), 1, 2)).toEqual(["1", "2"]);
  });
  it("lie flat, whatever their shape", () => {
    expect([[], [5], [8, 2], [3, 4, 5]].map(flat)).toEqual([
      [1, 1],
      [5, 1],
      [8, 2],
      [3, 20],
    ]);
  });
});

describe("the loop's code", () => {
  it("has each phase once, in order, and says what the experiment does", () => {
    const lines = loopCode({ clip_norm: 1, l2: 0.1, schedule: { name: "cosine" } });
    expect(lines.flatMap(({ phase }) => phase ?? [])).toEqual([
      "batch",
      "zero_grad",
      "forward",
      "loss",
      "backward",
      "clip",
      "step",
      "schedule",
    ]);
    const text = lines.map(({ code }) => code).join("\n");
    expect(text).toContain("clip_grad_norm_(model.parameters(), 1)");
    expect(text).toContain("+ penalty(model)");
    expect(text).toContain("scheduler.step()");
    expect(
      loopCode({})
        .map(({ code }) => code)
        .join(),
    ).not.toContain("scheduler");
  });
});
