/** The tabs below the network: each has a key, arrows lead around, the last one is remembered. */
import { beforeEach, describe, expect, it } from "vitest";
import { neighbour, remember, remembered, TABS, tabOf } from "../src/lab/tabs";

const press = (code: string, more: KeyboardEventInit = {}) =>
  tabOf(new KeyboardEvent("keydown", { code, ...more }))?.name;

describe("tabs", () => {
  beforeEach(() => localStorage.clear());
  it("have names and tags of their own", () => {
    for (const key of ["name", "tag", "title"] as const)
      expect(new Set(TABS.map((tab) => tab[key])).size).toBe(TABS.length);
  });
  it("are asked for by digits, the tenth by 0", () => {
    expect(press("Digit1")).toBe("loss");
    expect(press("Digit6")).toBe("batch");
    expect(press("Digit0", { altKey: true })).toBe(TABS[9]?.name);
    for (const more of [{ ctrlKey: true }, { shiftKey: true }]) expect(press("Digit1", more)).toBeUndefined();
    expect(press("KeyA")).toBeUndefined();
  });
  it("lead around by arrows, and to the ends by Home and End", () => {
    const [first, last] = [TABS[0]!, TABS[TABS.length - 1]!];
    expect(neighbour(first, "ArrowLeft")).toBe(last);
    expect(neighbour(last, "ArrowRight")).toBe(first);
    expect(neighbour(TABS[3]!, "Home")).toBe(first);
    expect(neighbour(TABS[3]!, "End")).toBe(last);
    expect(neighbour(first, "x")).toBeUndefined();
  });
  it("are remembered; a name that is no longer there is not", () => {
    expect(remembered()).toBe(TABS[0]);
    remember(TABS[4]!);
    expect(remembered()).toBe(TABS[4]);
    localStorage.setItem("loopscope.tab", "gone");
    expect(remembered()).toBe(TABS[0]);
  });
});
