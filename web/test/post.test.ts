import { describe, expect, it } from "vitest";
import { next, type Post, progress } from "../src/course/course";
import { Kernel, type Said } from "../src/post/kernel";
import { formula } from "../src/post/math";
import { printed } from "../src/post/stream";
import { put } from "../src/post/waiting";

describe("what a program prints", () => {
  it("is appended, and a carriage return writes over its line", () => {
    expect(printed("a\n", "b\n")).toBe("a\nb\n");
    expect(printed("10%\r", "20%\r")).toBe("20%\r");
    expect(printed("", "long line\rshort\n")).toBe("shortline\n");
    expect(printed("one\n", "two\r\nthree")).toBe("one\ntwo\nthree");
  });
});

describe("a formula", () => {
  it("is what stands between its marks", () => {
    expect(formula("\\(W x\\)")).toBe("W x");
    expect(formula(" \\[a\n+ b\\] ")).toBe("a\n+ b");
    expect(formula("x")).toBe("x");
  });
});

describe("outputs that come while a post runs", () => {
  const page = (body: string): HTMLElement => {
    const main = document.createElement("main");
    main.innerHTML = body;
    return main;
  };

  it("take the place of a figure, and fill the output of a cell without touching its code", () => {
    const text = page(
      '<figure data-cell="1"><div class="output waiting"></div></figure>' +
        '<div data-cell="2" class="cell"><pre>mine</pre><div class="output waiting"></div></div>',
    );
    put(text, 1, '<figure data-cell="1"><img alt="moons"></figure>');
    expect(text.querySelector("figure")!.innerHTML).toBe('<img alt="moons">');
    put(text, 2, "<pre>16</pre>");
    expect(text.querySelector(".output")!.innerHTML).toBe("<pre>16</pre>");
    expect(text.querySelector(".waiting")).toBeNull();
  });

  it("leave alone what the reader has run meanwhile", () => {
    const text = page('<div data-cell="2"><div class="output"><pre>by hand</pre></div></div>');
    put(text, 2, "<pre>16</pre>");
    expect(text.textContent).toBe("by hand");
    put(text, 9, "<pre>nowhere</pre>");
  });
});

describe("progress", () => {
  const one = (number: string, more: Partial<Post> = {}): Post => ({
    number,
    title: number,
    summary: "",
    planned: false,
    minutes: 9,
    opened: false,
    read: false,
    exercises: [],
    ...more,
  });

  it("says what was done in words", () => {
    const exercises = [
      { name: "a", title: "A", done: true },
      { name: "b", title: "B", done: false },
    ];
    expect(progress(one("1", { opened: true, exercises }))).toBe("begun, 1 of 2 exercises");
    expect(progress(one("1", { opened: true, read: true }))).toBe("read");
    expect(progress(one("1", { planned: true }))).toBe("planned");
    expect(progress(one("1", { exercises }))).toBe("1 of 2 exercises");
    expect(progress(one("1"))).toBe("");
  });

  it("goes on with the first post that is there and not read", () => {
    const posts = [one("1", { planned: true }), one("2", { read: true }), one("3"), one("4")];
    expect(next({ title: "", modules: [{ number: "1", title: "", posts }] })?.number).toBe("3");
    expect(next({ title: "", modules: [] })).toBeUndefined();
  });
});

describe("the kernel of a page", () => {
  class FakeSocket extends EventTarget {
    readyState = 0;
    sent: string[] = [];
    send(text: string): void {
      this.sent.push(text);
    }
    open(): void {
      this.readyState = WebSocket.OPEN;
      this.dispatchEvent(new Event("open"));
    }
    say(said: Said): void {
      this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(said) }));
    }
  }

  it("is connected to at the first run, and again where it was lost", () => {
    const sockets: FakeSocket[] = [];
    const kernel = new Kernel("ws://here", () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1) as unknown as WebSocket;
    });
    kernel.interrupt(); // nothing runs: nothing is opened for it
    expect(sockets).toHaveLength(0);
    const states: string[] = [];
    kernel.on((said) => said.kind === "state" && states.push(said.state));
    kernel.run(1, "1 + 1");
    expect(sockets[0]!.sent).toEqual([]);
    sockets[0]!.open();
    expect(JSON.parse(sockets[0]!.sent[0]!)).toEqual({ do: "run", cell: 1, code: "1 + 1" });
    sockets[0]!.say({ kind: "state", state: "busy" });
    sockets[0]!.dispatchEvent(new CloseEvent("close"));
    expect(states).toEqual(["starting", "busy", "dead"]);
    kernel.run(1, "2");
    expect(sockets).toHaveLength(2);
  });
});
