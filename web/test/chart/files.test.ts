/** What is saved: CSV with every digit, SVG of the same lines. */
import { describe, expect, it } from "vitest";
import { csv, csvOfLines } from "../../src/figures/chart/csv";
import type { ChartSpec, Line } from "../../src/figures/chart/lines";
import { apart, type Ink, picture } from "../../src/figures/chart/picture";
import { plain, svg } from "../../src/figures/chart/shapes";

const INK: Ink = {
  ink: "black",
  soft: "grey",
  rule: "silver",
  paper: "white",
  band: "lime",
  line: ({ label }) => `#${label}`,
  name: () => "navy",
};
const line = (label: string, steps: number[], values: number[], more: Partial<Line> = {}): Line => ({
  label,
  colour: "loss",
  points: { steps, values },
  ...more,
});
const drawn = (spec: Partial<ChartSpec>, log = false) =>
  svg(picture({ title: "T", unit: "U", lines: [], ...spec }, [0, 10], log, { width: 600, height: 300 }, INK));

describe("CSV", () => {
  it("has a column a line, every digit, and nothing where there is no point", () => {
    const lines = [line("train", [1, 2], [0.1 + 0.2, Number.NaN]), line("test", [2, 30], [1e-300, 5])];
    expect(csvOfLines(lines, [0, 10])).toBe("step,train,test\n1,0.30000000000000004,\n2,NaN,1e-300\n");
  });
  it("quotes what would be read as something else", () => {
    expect(csv(['a,"b"'], [["x\ny"]])).toBe('"a,""b"""\n"x\ny"\n');
  });
});

describe("SVG", () => {
  it("has a path a line, dashed where the line is, and its name", () => {
    const text = drawn({
      lines: [line("aaa", [0, 5, 10], [1, 2, 3]), line("bbb", [0, 10], [3, 1], { dashed: true })],
    });
    const document = new DOMParser().parseFromString(text, "image/svg+xml");
    const paths = [...document.querySelectorAll("path")];
    expect(paths.filter((path) => path.getAttribute("stroke") === "#aaa")).toHaveLength(1);
    expect(
      paths.find((path) => path.getAttribute("stroke") === "#bbb")?.getAttribute("stroke-dasharray"),
    ).toBe("6 4");
    expect(text).toContain(">aaa</text>");
    expect(text).not.toContain("NaN");
  });
  it("lifts the pen where a value is no number", () => {
    const text = drawn({ lines: [line("aaa", [0, 1, 2, 3, 4], [1, 2, Number.NaN, 4, 5])] });
    const path = /d="([^"]*)" fill="none" stroke="#aaa"/.exec(text)![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
  });
  it("writes colours as every program reads them", () => {
    expect(["rgb(1 2 255)", "rgb(1 2 255 / 1)", "rgb(0 0 0 / 0.5)", "white"].map(plain)).toEqual([
      "#0102ff",
      "#0102ff",
      "#00000080",
      "white",
    ]);
  });
  it("escapes words", () => {
    expect(drawn({ title: "a < b & c" })).toContain("a &lt; b &amp; c");
  });
  it("draws marks that are inside, and the guide", () => {
    const text = drawn(
      {
        lines: [line("aaa", [0, 10], [1e-5, 1])],
        marks: [
          { step: 5, text: "lr 1→2" },
          { step: 50, text: "later" },
        ],
        guide: { low: 1e-4, high: 1e-2, label: "usual" },
      },
      true,
    );
    expect(text).toContain("▲ lr 1→2");
    expect(text).not.toContain("later");
    expect(text).toContain(">usual</text>");
  });
});

describe("names at the ends of lines", () => {
  it("are moved apart, and keep their order", () => {
    const [a, b, c] = apart([10, 11, 100], 14);
    expect(b! - a!).toBeGreaterThanOrEqual(14 - 1e-3);
    expect(c).toBe(100);
  });
});
