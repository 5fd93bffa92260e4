// The edge between the network and the views below: where keys move it, and that neither side vanishes.
import { describe, expect, it } from "vitest";
import { kept, moved, USUAL } from "../src/lab/divider";
import { within } from "../src/lab/tour";

describe("the divider", () => {
  it("moves by arrow keys, to the ends, and by no other key", () => {
    expect(moved(40, "ArrowUp")).toBeGreaterThan(40);
    expect(moved(40, "ArrowDown")).toBeLessThan(40);
    expect(moved(40, "Home")).toBe(kept(0));
    expect(moved(40, "End")).toBe(kept(100));
    expect(moved(40, "a")).toBeNull();
  });
  it("leaves something of both sides, whatever a browser had kept", () => {
    expect(kept(0)).toBeGreaterThan(0);
    expect(kept(100)).toBeLessThan(100);
    expect(kept(Number("nonsense"))).toBe(USUAL);
  });
});

describe("within", () => {
  it("finds what stands inside an element's own tree", () => {
    const host = document.createElement("div");
    host.className = "host";
    host.attachShadow({ mode: "open" }).innerHTML = '<p class="inside"></p>';
    document.body.append(host);
    expect(within(document, ".host .inside")?.tagName).toBe("P");
    expect(within(document, ".host")).toBe(host);
    expect(within(document, ".nobody .inside")).toBeNull();
  });
});
