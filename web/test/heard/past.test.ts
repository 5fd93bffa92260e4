/** What was recorded before the page listened comes in front of what it heard, once. */
import { describe, expect, it } from "vitest";
import { Lane } from "../../src/heard/heard";
import { recall } from "../../src/heard/past";
import type { Curve, LaneState, Source } from "../../src/wire/source";

function host(curves: Record<string, Curve>, asked: string[] = []): Source {
  return {
    subscribe: () => () => {},
    send: () => {},
    past: async (run, series) => {
      asked.push(`${run}/${series}`);
      const curve = curves[`${run}/${series}`];
      if (!curve) throw new Error("404");
      return curve;
    },
  };
}

function lane(facts: Record<string, unknown> = {}): Lane {
  const lane = new Lane();
  lane.state = { run: "now", facts } as unknown as LaneState;
  lane.of("loss").push(100, 1);
  lane.of("speed.cost_s").push(100, 1);
  return lane;
}

const every = () => true;

describe("recall", () => {
  it("puts the record in front, once a run", async () => {
    const asked: string[] = [];
    const [source, of] = [
      host({ "now/loss": { steps: [1, 50, 100, 200], values: [3, null, 9, 9] } }, asked),
      lane(),
    ];
    expect(await recall(source, of, (name) => name === "loss")).toBe(true);
    expect(of.of("loss").steps).toEqual([1, 50, 100]);
    expect(of.of("loss").values).toEqual([3, Number.NaN, 1]);
    expect(await recall(source, of, (name) => name === "loss")).toBe(false);
    expect(asked).toEqual(["now/loss"]);
  });
  it("goes on to the run that this one went on from, up to where it did", async () => {
    const curves = {
      "now/loss": { steps: [60], values: [2] },
      "old/loss": { steps: [1, 50, 70], values: [9, 8, 7] },
    };
    const of = lane({ from: ["old", 50] });
    await recall(host(curves), of, every);
    expect(of.of("loss").steps).toEqual([1, 50, 60, 100]);
  });
  it("follows a run that was interrupted more than once back to its beginning", async () => {
    const curves: Record<string, Curve> = {
      "now/loss": { steps: [60], values: [2] },
      "old/loss": { steps: [41, 50, 70], values: [8, 7, 6], from: ["first", 40] },
      "first/loss": { steps: [1, 40, 45], values: [9, 9, 9] },
    };
    const of = lane({ from: ["old", 50] });
    await recall(host(curves), of, every);
    expect(of.of("loss").steps).toEqual([1, 40, 41, 50, 60, 100]);
  });
  it("asks for no record of a run that has none yet, but for that of the run it went on from", async () => {
    const asked: string[] = [];
    const of = lane({ from: ["old", 50] });
    of.begun = Number.POSITIVE_INFINITY;
    await recall(
      host({ "old/loss": { steps: [1, 50], values: [9, 8] } }, asked),
      of,
      (name) => name === "loss",
    );
    expect(asked).toEqual(["old/loss"]);
    expect(of.of("loss").steps).toEqual([1, 50, 100]);
    const young = lane();
    young.begun = Number.POSITIVE_INFINITY;
    expect(await recall(host({}, asked), young, every)).toBe(false);
    expect(asked).toHaveLength(1);
  });
  it("takes a series that nobody recorded as one without a past", async () => {
    expect(await recall(host({}), lane(), every)).toBe(false);
  });
  it("forgets the answer where another run began meanwhile", async () => {
    const of = lane();
    const coming = recall(host({ "now/loss": { steps: [1], values: [3] } }), of, every);
    of.state = { run: "next", facts: {} } as unknown as LaneState;
    await coming;
    expect(of.of("loss").steps).toEqual([100]);
  });
});
