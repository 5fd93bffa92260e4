/** What a figure is given: found in the page in either form, and settings put where they belong. */
import { describe, expect, it } from "vitest";
import { experimentsWith, givenIn, givenOf, type ScopeData } from "../../src/scope/given";
import { ordered } from "../../src/scope/levels";

const change = { path: "model.hidden", lanes: [1], levels: [[1], [2]], now: [2] };
const experiments = [{ model: { kind: "linear" } }, { model: { kind: "mlp", hidden: [2] } }];
const data = { show: ["loss"], change: [change], experiments, headings: ["a", "b"], steps: 3, alt: "" };

describe("what a figure is given", () => {
  it("is read from its own script, with the replay as bytes", () => {
    const element = document.createElement("div");
    const script = document.createElement("script");
    script.type = "application/json";
    script.textContent = JSON.stringify({ data, replay: btoa("ab") });
    expect(givenIn(element)).toEqual({ data: null, replay: null });
    element.append(script);
    expect(givenIn(element)).toEqual({ data, replay: Uint8Array.of(97, 98) });
  });
  it("may be the data alone", () => {
    expect(givenOf(data as unknown as ScopeData)).toEqual({ data, replay: null });
  });
  it("has settings in the lanes that have the field, and in no other", () => {
    const [a, b] = experimentsWith(data as unknown as ScopeData, { "model.hidden": [4] });
    expect([a, b]).toEqual([experiments[0], { model: { kind: "mlp", hidden: [4] } }]);
    expect(experiments[1]!.model.hidden).toEqual([2]);
  });
  it("has an order where levels are numbers or widths", () => {
    expect([ordered([1, 2]), ordered([[1], [2, 2]]), ordered(["relu", "tanh"]), ordered([1, "all"])]).toEqual(
      [true, true, false, false],
    );
  });
});
