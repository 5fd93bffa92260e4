// Units stand within the drawing, none on another, at every size.
import { describe, expect, it } from "vitest";
import { acrossOf, layoutOf } from "../../src/figures/network/layout";
import { structureOf } from "../../src/figures/network/structure";
import { lane } from "./lane";

function network(...hidden: number[]) {
  const widths = [2, ...hidden, 1];
  return structureOf(
    lane(Object.fromEntries(widths.slice(1).map((w, i) => [`${2 * i}.weight`, [w, widths[i]!]]))),
  );
}

const SIZES = [
  [340, 260],
  [636, 300],
  [1500, 900],
] as const;
const NETWORKS = [[], [1], [4, 2], [16], [32, 3], Array<number>(8).fill(32), [256]];

describe("layoutOf", () => {
  it.each(SIZES)("keeps boxes apart and inside at %i × %i", (width, height) => {
    for (const hidden of NETWORKS) {
      const structure = network(...hidden);
      const geometry = layoutOf(structure, width, height);
      const boxes = structure.columns.flatMap((_, c) =>
        geometry.ys[c]!.map((y, u) => [acrossOf(geometry, c, u), y] as const),
      );
      const { size } = geometry;
      for (const [i, [x, y]] of boxes.entries()) {
        expect(x - size / 2).toBeGreaterThanOrEqual(0);
        expect(y - size / 2).toBeGreaterThanOrEqual(58);
        expect(x + size / 2).toBeLessThanOrEqual(geometry.width);
        expect(y + size / 2).toBeLessThanOrEqual(geometry.height);
        for (const [u, v] of boxes.slice(0, i))
          expect(Math.abs(x - u) >= size || Math.abs(y - v) >= size).toBe(true);
      }
    }
  });

  it("draws small networks large, and never smaller than can be seen", () => {
    expect(layoutOf(network(4, 2), 640, 420).size).toBe(56);
    expect(layoutOf(network(4, 2), 1500, 900).size).toBe(96);
    expect(layoutOf(network(...Array<number>(8).fill(32)), 340, 260).size).toBeGreaterThanOrEqual(16);
  });

  it("stands in ranks on a wall where one column would leave the maps small", () => {
    const geometry = layoutOf(network(16), 1400, 740);
    expect(geometry.size).toBeGreaterThanOrEqual(54);
    expect(geometry.ranks[1]).toBe(2);
    expect(layoutOf(network(16), 1400, 740).height).toBe(740);
  });

  it("shows one layer whole on a phone, whatever the classes are called", () => {
    const names = ["setosa", "versicolor", "virginica"];
    const facts = { inputs: ["sepal length (cm)", "petal width (cm)"], classes: names };
    const iris = structureOf(lane({ "0.weight": [8, 2], "2.weight": [3, 8] }, facts));
    expect(layoutOf(iris, 366, 340).width).toBe(366);
    expect(layoutOf(network(16), 296, 340).width).toBe(296);
  });

  it("needs no scrolling for 16 units in a small place, and shows their maps", () => {
    const geometry = layoutOf(network(16), 636, 300);
    expect(geometry.height).toBe(300);
    expect(geometry.size).toBeGreaterThanOrEqual(30);
  });
});
