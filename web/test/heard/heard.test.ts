/** The shared memory: what it makes of messages that say a thing twice, or only half. */
import { describe, expect, it } from "vitest";
import { Heard } from "../../src/heard/heard";
import type { Message, Source } from "../../src/wire/source";

function told(): { memory: Heard; say: (message: unknown) => void } {
  const hearers: ((message: Message) => void)[] = [];
  const source: Source = {
    subscribe: (hear) => {
      hearers.push(hear);
      return () => {};
    },
    send: () => {},
  };
  const memory = new Heard(source);
  return { memory, say: (message) => hearers.forEach((hear) => void hear(message as Message)) };
}

const change = { step: 3, field: "training.lr", old: 0.1, new: 0.2 };
const lane = { kind: "lane", lane: 0, run: "r", facts: {}, changes: [{ ...change, change: 0 }] };
const events = { kind: "events", lane: 0, events: [{ kind: "Changed", data: change }] };

describe("the shared memory", () => {
  it("knows a change once, whichever way it is told first", () => {
    for (const order of [
      [lane, events],
      [events, lane],
    ]) {
      const { memory, say } = told();
      order.forEach(say);
      expect(memory.lane().changes).toHaveLength(1);
    }
  });
  it("keeps what runs have in common, also where the one between them never took a step", () => {
    const { memory, say } = told();
    const run = (name: string, from?: [string, number]) =>
      say({ ...lane, run: name, facts: from ? { from } : {}, changes: [] });
    const step = (step: number) => ({ kind: "StepEnded", data: { step, loss: 1, penalty: 0, lr: 0.1 } });
    run("first");
    say({ kind: "events", lane: 0, events: [1, 2, 3, 4, 5].map(step) });
    run("second", ["first", 4]);
    expect(memory.lane().of("loss").steps).toEqual([1, 2, 3, 4]);
    run("third", ["first", 3]);
    expect(memory.lane().of("loss").steps).toEqual([1, 2, 3]);
    run("another");
    expect(memory.lane().of("loss").steps).toEqual([]);
  });
  it("comes back to a session of several lanes, and to one that has fewer", () => {
    const { memory, say } = told();
    const state = { status: "paused", step: 0, head: 0 };
    const lanes = [0, 1].map((n) => ({ ...lane, lane: n, run: `r${n}` }));
    say({ kind: "hello", session: "s", lanes, state });
    expect(memory.lanes.map((each) => each.state?.run)).toEqual(["r0", "r1"]);
    say({ kind: "hello", session: "s", lanes: lanes.slice(0, 1), state });
    expect(memory.lanes).toHaveLength(1);
  });
  it("knows where a session stands before its worker has said it", () => {
    const { memory, say } = told();
    say({ kind: "hello", session: "s", lanes: [], state: { status: "starting", step: 0, head: 0 } });
    expect(memory.state).toMatchObject({ columns: [], phase: "", finished: "" });
  });
});
