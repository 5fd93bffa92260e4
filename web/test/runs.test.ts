// The list of runs: order, window, choice, watching, pictures, deletion. Draws nothing.
import { afterEach, describe, expect, it, vi } from "vitest";
import { choose } from "../src/runs/chosen";
import { Deleting } from "../src/runs/deleting";
import { metric, sorted, steady, turned } from "../src/runs/order";
import type { Run } from "../src/runs/record";
import { path } from "../src/runs/spark";
import { Sparks } from "../src/runs/sparks";
import { merged, renewed, Watching } from "../src/runs/watching";
import { inSight, moved, shown } from "../src/runs/window";
import { figure, lasted, when } from "../src/runs/words";

const run = (name: string, more: Partial<Run> = {}): Run => ({
  run: name,
  name,
  status: "finished",
  reason: "",
  source: "engine",
  started: 0,
  seconds: 1,
  steps: 10,
  train: { loss: 0.5 },
  test: {},
  notes: "",
  ...more,
});
const names = (runs: readonly Run[]) => runs.map((each) => each.run).join("");

afterEach(() => vi.unstubAllGlobals());

describe("order", () => {
  const [a, b, c] = [
    run("a", { train: { loss: 0.3 }, started: 1 }),
    run("b", { train: { loss: null }, started: 2 }),
    run("c", { train: { loss: 0.1 }, started: 3 }),
  ];
  it("puts a run whose loss is no number last, whichever way it is turned", () => {
    expect(names(sorted([a, b, c], { column: "loss", down: false }))).toBe("cab");
    expect(names(sorted([a, b, c], { column: "loss", down: true }))).toBe("acb");
  });
  it("puts the newer first among equals", () => {
    expect(names(sorted([a, b, c], { column: "status", down: false }))).toBe("cba");
  });
  it("keeps the order that stood and puts new runs before it", () => {
    expect(names(steady(["a", "b"], [c, b, a]))).toBe("cab");
    expect(names(steady(["c", "b"], [c, b, a]))).toBe("cba"); // an older one, read later
  });
  it("turns a column round when it is asked for twice", () => {
    const once = turned({ column: "started", down: true }, "loss");
    expect(once).toEqual({ column: "loss", down: false });
    expect(turned(once, "loss").down).toBe(true);
  });
  it("judges a run by its test rows before its training rows", () => {
    const both = run("x", { train: { accuracy: 0.9, loss: 1 }, test: { accuracy: 0.8, loss: 2 } });
    expect(metric(both)).toEqual({ name: "test accuracy", value: 0.8 });
    expect(metric(run("x"))).toBeNull(); // the training loss has a column of its own
  });
});

describe("window", () => {
  it("draws the rows in sight and a few beside, never beyond the list", () => {
    expect(inSight(0, 400, 40, 2000)).toEqual({ from: 0, to: 16 });
    expect(inSight(40_000, 400, 40, 2000)).toEqual({ from: 994, to: 1016 });
    expect(inSight(79_600, 400, 40, 2000).to).toBe(2000);
    expect(inSight(900, 400, 40, 3)).toEqual({ from: 3, to: 3 });
  });
  it("scrolls only as far as a row needs", () => {
    expect(shown(2, 200, 400, 40)).toBe(80);
    expect(shown(8, 0, 400, 40)).toBe(0);
    expect(shown(10, 0, 400, 40)).toBe(40);
  });
  it("moves by keys within the list", () => {
    expect(moved("ArrowDown", 4, 5, 10)).toBe(4);
    expect(moved("PageUp", 4, 5, 10)).toBe(0);
    expect(moved("ArrowDown", -1, 5, 10)).toBe(0);
    expect(moved("x", 1, 5, 10)).toBeNull();
  });
});

describe("choice", () => {
  const order = ["a", "b", "c", "d"];
  it("takes one alone, one more, or all up to it", () => {
    expect([...choose(new Set(["a"]), "c", "only", order, "a")]).toEqual(["c"]);
    expect([...choose(new Set(["a"]), "c", "toggle", order, "a")]).toEqual(["a", "c"]);
    expect([...choose(new Set(["d"]), "b", "range", order, "d")]).toEqual(["d", "b", "c"]);
  });
  it("gives up the only one when it is taken again", () => {
    expect(choose(new Set(["a"]), "a", "only", order, "a").size).toBe(0);
  });
});

describe("watching", () => {
  it("keeps the objects of runs that are as they were", () => {
    const [old, other] = [run("a"), run("b")];
    const now = merged([old, other], [run("b", { steps: 11 }), run("a")]);
    expect(now[1]).toBe(old);
    expect(now[0]).not.toBe(other);
  });
  it("keeps older runs where only the newest were asked for again", () => {
    const known = [run("c", { started: 3 }), run("b", { started: 2 }), run("a", { started: 1 })];
    const newest = [run("d", { started: 4 }), run("c", { started: 3, steps: 20 })];
    const now = renewed(known, newest, 2);
    expect(names(now)).toBe("dcba");
    expect(now[1]!.steps).toBe(20);
  });
  it("forgets a run among the newest that is gone", () => {
    const known = [run("c", { started: 3 }), run("b", { started: 2 }), run("a", { started: 1 })];
    expect(names(renewed(known, [run("c", { started: 3 }), run("a", { started: 1 })], 2))).toBe("ca");
  });
  it("takes an answer that is shorter than asked for as all there is", () => {
    expect(names(renewed([run("a"), run("b")], [run("b")], 100))).toBe("b");
  });
  it("asks with what is searched for, and tells what came", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return new Response(JSON.stringify([run("a")]));
    });
    await new Promise<void>((heard) => {
      const watching = new Watching(() => {
        watching.end();
        expect(names(watching.runs)).toBe("a");
        heard();
      });
      watching.find("two words");
    });
    expect(asked[0]).toContain("search=two+words");
  });
  it("shows the newest at once and then all, of what is searched for alone", async () => {
    const many = Array.from({ length: 150 }, (_, i) => run(`n${i}`, { started: 1000 - i }));
    vi.stubGlobal("fetch", async (address: string) => {
      const asked = new URLSearchParams(address.split("?")[1]);
      const found = asked.get("search") ? many.slice(140) : many;
      return new Response(JSON.stringify(found.slice(0, Number(asked.get("limit")))));
    });
    const seen: [number, boolean][] = [];
    await new Promise<void>((done) => {
      const watching = new Watching(() => {
        seen.push([watching.runs.length, watching.complete]);
        if (seen.length === 2) watching.find("x");
        if (seen.length === 3) {
          watching.end();
          done();
        }
      });
      watching.find("");
    });
    expect(seen).toEqual([
      [100, false],
      [150, true],
      [10, true],
    ]);
  });
  it("never asks for more where the newest are all there are, and asks once a second", async () => {
    vi.useFakeTimers();
    const limits: (string | null)[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      limits.push(new URLSearchParams(address.split("?")[1]).get("limit"));
      return new Response(JSON.stringify([run("a"), run("b")]));
    });
    const watching = new Watching(() => {});
    watching.find("");
    await vi.advanceTimersByTimeAsync(90_500);
    watching.end();
    vi.useRealTimers();
    expect(new Set(limits)).toEqual(new Set(["100"]));
    expect(limits.length).toBe(91);
  });
  it("says that the server does not answer", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    await new Promise<void>((heard) => {
      const watching = new Watching(() => {
        watching.end();
        expect(watching.failure).toContain("503");
        heard();
      });
      watching.find("");
    });
  });
});

describe("small pictures", () => {
  it("draws the first step at the left and the least value at the bottom", () => {
    expect(path({ steps: [5, 10], values: [3, 1] }, 100, 20)).toBe("M0.0 0.0L100.0 20.0");
  });
  it("draws what falls over decades by its logarithm", () => {
    expect(path({ steps: [0, 1, 2], values: [1, 0.1, 0.01] }, 100, 20)).toBe("M0.0 0.0L50.0 10.0L100.0 20.0");
  });
  it("lifts the pen where a value is no number", () => {
    expect(path({ steps: [0, 1, 2], values: [1, null, 0] }, 100, 20)).toBe("M0.0 0.0M100.0 20.0");
  });
  it("fetches a few at a time, and none twice as long as the run stands still", async () => {
    let open = 0;
    let most = 0;
    const fetched: string[] = [];
    const fetch = async (of: Run) => {
      fetched.push(of.run);
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return { steps: [1], values: [1] };
    };
    const runs = ["a", "b", "c", "d", "e"].map((id) => run(id));
    const all = new Promise<void>((done) => {
      let came = 0;
      const sparks = new Sparks(() => {
        if (++came < runs.length) return;
        sparks.want(runs);
        done();
      }, fetch);
      sparks.want(runs);
    });
    await all;
    expect(fetched).toEqual(["a", "b", "c", "d", "e"]);
    expect(most).toBe(3);
  });
});

describe("deleting", () => {
  it("hides what was deleted, brings it back, and says what was refused", async () => {
    const sent: string[] = [];
    const problems = [
      { field: "run", value: "b", allowed: "a run that has ended", try_next: "Stop it first." },
    ];
    vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
      sent.push(`${init.method} ${address}`);
      const refused = address.includes("/b") && init.method === "DELETE";
      return new Response(JSON.stringify(refused ? { problems } : run("a")), { status: refused ? 422 : 200 });
    });
    const deleting = new Deleting(
      () => {},
      () => 0,
    );
    await deleting.delete(["a", "b"]);
    expect([...deleting.gone.keys()]).toEqual(["a"]);
    expect(deleting.undoable).toBe(1);
    expect(deleting.failure).toContain("Stop it first.");
    expect(names(await deleting.undo())).toBe("a");
    expect(deleting.gone.size).toBe(0);
    expect(sent.at(-1)).toBe("POST /api/runs/a/restore");
  });
  it("offers no undo once the server has carried it out", async () => {
    let now = 0;
    vi.stubGlobal("fetch", async () => new Response("{}"));
    const deleting = new Deleting(
      () => {},
      () => now,
    );
    await deleting.delete(["a"]);
    now = 30_000;
    expect(deleting.undoable).toBe(0);
    expect(deleting.gone.has("a")).toBe(true);
  });
});

describe("words", () => {
  it("says a time as shortly as it is clear", () => {
    const at = (iso: string) => new Date(iso).getTime() / 1000;
    const now = new Date("2026-11-23T14:00:00");
    expect(when(at("2026-11-23T09:05:07"), now)).toBe("09:05:07");
    expect(when(at("2026-11-02T09:05:07"), now)).toBe("2 Nov 09:05");
    expect(when(at("2025-06-15T12:00:00"), now)).toBe("2025-06-15");
  });
  it("says figures and durations in even widths", () => {
    expect([0.09142, 12.3456789, 0.00000123, 123456.7, null].map(figure)).toEqual([
      "0.0914",
      "12.346",
      "1.23e-6",
      "123457",
      "–",
    ]);
    expect([1.69, 125, 7320].map(lasted)).toEqual(["1.7 s", "2 min 5 s", "2 h 2 min"]);
  });
});
