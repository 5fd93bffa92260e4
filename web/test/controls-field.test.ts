import { describe, expect, it } from "vitest";
import { read, written } from "../src/controls/box";
import { fieldAt, type Schema, valueAt } from "../src/controls/field";

const schema: Schema = {
  $defs: {
    Inner: {
      properties: {
        noise: {
          anyOf: [{ ge: 0, le: 1, type: "number" }, { type: "null" }],
          default: null,
          description: "how much",
          examples: [0.4],
        },
        size: {
          anyOf: [
            { minimum: 1, type: "integer" },
            { const: "all", type: "string" },
          ],
          default: 32,
        },
        name: { enum: ["a", "b"], type: "string", default: "a" },
        on: { type: "boolean", default: false },
        names: {
          anyOf: [
            { enum: ["a", "b"], type: "string" },
            { type: "array", items: { enum: ["a", "b"], type: "string" } },
          ],
        },
        listed: { anyOf: [{ type: "array", items: { enum: ["c"], type: "string" } }, { type: "null" }] },
        words: { type: "array", items: { type: "string" }, default: [] },
      },
    },
  },
  properties: { data: { $ref: "#/$defs/Inner", description: "what is learned from" } },
};

describe("a field of the schema", () => {
  it("has the names of a name, and of a list of names", () => {
    expect(fieldAt(schema, "data.names").choices).toEqual(["a", "b"]);
    expect(fieldAt(schema, "data.listed")).toMatchObject({ kind: "list", choices: ["c"] });
  });
  it("has kind, range, default and help", () => {
    const field = fieldAt(schema, "data.noise");
    expect(field).toMatchObject({
      kind: "number",
      least: 0,
      most: 1,
      nullable: true,
      usual: null,
      help: "how much",
    });
    expect(field.allowed).toBe("0 to 1 or none");
  });
  it("knows words beside numbers, names, toggles and lists", () => {
    expect(fieldAt(schema, "data.size")).toMatchObject({
      kind: "integer",
      least: 1,
      choices: ["all"],
      allowed: "from 1, “all”",
    });
    expect(fieldAt(schema, "data.name")).toMatchObject({ kind: "choice", choices: ["a", "b"] });
    expect(fieldAt(schema, "data.on").kind).toBe("toggle");
    expect(fieldAt(schema, "data.words").kind).toBe("list");
  });
  it("is refused by name where there is none", () => {
    expect(() => fieldAt(schema, "data.nois")).toThrow("data.nois");
  });
});

describe("a value", () => {
  it("is found by its path, null where there is none", () => {
    expect(valueAt({ data: { noise: 0.5 } }, "data.noise")).toBe(0.5);
    expect(valueAt({ data: {} }, "data.noise")).toBeNull();
    expect(valueAt(null, "data.noise")).toBeNull();
  });
  it("is written and read again", () => {
    expect(read(written([0.9, 0.999]), "list")).toEqual([0.9, 0.999]);
    expect(read("", "integer")).toBeNull();
    expect(read(" sin(x) ", "text")).toBe("sin(x)");
  });
});
