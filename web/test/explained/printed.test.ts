// The page prints numbers as Python's f"{x:.4g}" does: the drawing and its formulas must say the same.
import { describe, expect, it } from "vitest";
import { printed } from "../../src/explained/printed";

describe("printed", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [-1.5, "−1.5"],
    [0.00529412, "0.005294"],
    [0.0001, "0.0001"],
    [0.00001234, "1.234e−5"],
    [123.456, "123.5"],
    [9999.6, "1e4"],
    [12345, "1.234e4"],
    [-0.99996, "−1"],
    [1e-12, "1e−12"],
    [200, "200"],
    [1.0625, "1.062"],
    [1.1875, "1.188"],
    [-0.00048828125, "−0.0004883"],
    [Number.NaN, "nan"],
  ])("%d", (value, text) => expect(printed(value)).toBe(text));
});
