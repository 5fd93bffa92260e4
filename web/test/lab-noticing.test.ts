import { describe, expect, it } from "vitest";
import { Noticing } from "../src/lab/noticing";
import type { LaneState, Message, SessionState } from "../src/wire/source";

const lane = { lane: 0, experiment: { training: { lr: 0.1 } } } as unknown as LaneState;
const state = (status: SessionState["status"], step = 120): Message => ({
  seq: 1,
  kind: "state",
  status,
  step,
  playing: false,
  epoch: 1,
  head: step,
  phase: "",
  steps_per_second: 0,
  speed: null,
  finished: "",
  shown: [],
  columns: [],
});
const ended = (
  status: "diverged" | "finished",
  reason = "The gradient of 0.weight is not finite.",
): Message => ({
  seq: 2,
  kind: "events",
  lane: 0,
  events: [
    {
      v: 1,
      kind: "RunEnded",
      data: { step: 120, status, reason, ended: 0, facts: {} },
    },
  ],
});

describe("notices", () => {
  it("say where a run diverged and how to go back, until it is over", () => {
    const noticing = new Noticing();
    noticing.take(state("diverged"), [lane]);
    noticing.take(ended("diverged"), [lane]);
    expect(noticing.all).toHaveLength(1);
    const [notice] = noticing.all;
    expect(notice!.text).toContain("0.weight");
    expect(notice!.deeds.map(({ deed }) => deed)).toEqual([
      { send: [{ do: "seek", step: 70 }] },
      {
        send: [
          { do: "seek", step: 70 },
          { do: "change", settings: { "training.lr": 0.01 }, lane: 0 },
        ],
      },
      {
        send: [
          { do: "seek", step: 70 },
          { do: "change", settings: { "training.clip_norm": 1 }, lane: 0 },
        ],
      },
    ]);
    noticing.take(state("paused", 70), [lane]);
    expect(noticing.all).toEqual([]);
  });
  it("offer no setting that is no cure: not for data that were not finite, nor what is set already", () => {
    const noticing = new Noticing();
    noticing.take(ended("diverged", "input of the batch became nan in step 1; stopped after step 0"), [lane]);
    expect(noticing.all[0]!.deeds).toHaveLength(1);
    const clipped = { lane: 0, experiment: { training: { lr: 0.1, clip_norm: 5 } } } as unknown as LaneState;
    noticing.take(ended("diverged"), [clipped]);
    expect(noticing.all[0]!.deeds.map(({ text }) => text)).toEqual(["Back 50 steps", "Back, and lr 0.01"]);
  });
  it("say why a run is finished, whoever says it first, and once where it was dismissed", () => {
    const noticing = new Noticing();
    const finished = { ...state("finished"), finished: "the schedule linear ends with step 120" } as Message;
    noticing.take(finished, [lane]);
    expect(noticing.all[0]!.text).toBe("Finished at step 120: the schedule linear ends with step 120.");
    noticing.dismiss("finished");
    noticing.take(finished, [lane]);
    expect(noticing.all).toEqual([]);
    noticing.take(state("paused", 70), [lane]);
    noticing.take(finished, [lane]);
    expect(noticing.all).toHaveLength(1);
  });
  it("put trouble before all else, and lose a refusal with the next change", () => {
    const noticing = new Noticing();
    const problem = { field: "data.noise", value: 1.4, allowed: "0 to 1", try_next: "Try 0.4." };
    noticing.take({ seq: 1, kind: "refused", do: "change", problems: [problem] }, [lane]);
    noticing.take(
      { seq: 2, kind: "restart_needed", settings: { "data.noise": 0.4 }, fields: ["data.noise"], lane: 0 },
      [lane],
    );
    expect(noticing.all.map((each) => each.key)).toEqual(["refused", "restart"]);
    expect(noticing.all[0]!.text).toBe("data.noise is 1.4; allowed 0 to 1. Try 0.4.");
    noticing.take({ seq: 3, kind: "lane", ...lane }, [lane]);
    expect(noticing.all).toEqual([]);
  });
  it("offer to restart a worker that is gone, and say that it is back", () => {
    const noticing = new Noticing();
    noticing.take(
      { seq: 1, kind: "worker", alive: false, reason: "The worker is gone: it took too much memory." },
      [lane],
    );
    noticing.take(state("dead"), [lane]);
    expect(noticing.all[0]!.text).toContain("memory");
    expect(noticing.all[0]!.deeds[0]!.deed).toEqual({ send: [{ do: "restart_worker" }] });
    const problem = { field: "worker", value: "gone", allowed: "a living one", try_next: "Press restart." };
    noticing.take({ seq: 1, kind: "refused", do: "play", problems: [problem] }, [lane]);
    expect(noticing.all.map((each) => each.key)).toEqual(["worker"]); // which says how it is mended
    noticing.take({ seq: 2, kind: "worker", alive: true, reason: "A new worker took over." }, [lane]);
    expect(noticing.all[0]).toMatchObject({ trouble: false });
  });
});
