// What the data panel says of data: the noise that is usual, and how a table of one's own begins.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { asData } from "../src/lab/own-table";
import { usualNoise } from "../src/lab/usual-noise";

describe("the usual noise", () => {
  it("is what each generated dataset has in Python", () => {
    const source = ["classes", "curves"].map((name) =>
      readFileSync(`../src/loopscope/datasets/${name}.py`, "utf8"),
    );
    const found = [...source.join("\n").matchAll(/@generated\("([\w-]+)", noise=([\d.]+)/g)];
    expect(found.length).toBeGreaterThan(9);
    for (const [, name, noise] of found) expect([name, usualNoise(name!)]).toEqual([name, Number(noise)]);
  });
  it("is none of a formula's, and of measured rows nothing", () => {
    expect(usualNoise("formula")).toBe(0);
    expect(usualNoise("iris")).toBeNull();
  });
});

describe("a table of one's own", () => {
  it("begins standardized, whatever was learned before", () => {
    const settings = { "data.name": "table", "data.path": "a.csv", "data.target": "rent" };
    expect(asData("a.csv", "rent", undefined)).toEqual({ ...settings, "data.scale": "standard" });
    expect(asData("a.csv", "rent", { path: "b.csv" })).toEqual({ ...settings, "data.scale": "standard" });
  });
  it("keeps the scale that was chosen since, where another column is learned", () => {
    expect(asData("a.csv", "rooms", { path: "a.csv" })).not.toHaveProperty(["data.scale"]);
  });
});
