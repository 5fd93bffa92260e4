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
  it("knows where a session stands before its worker has said it", () => {
    const { memory, say } = told();
    say({ kind: "hello", session: "s", lanes: [], state: { status: "starting", step: 0, head: 0 } });
    expect(memory.state).toMatchObject({ columns: [], phase: "", finished: "" });
  });
});
