/** Lines of equal height through a grid (marching squares). Knows no loss and no canvas. */

export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

// corners of a cell, and edges between them: 0 top, 1 right, 2 bottom, 3 left
const CASES: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

/** Segments at height `level`, in units of columns and rows. */
export function isoline(heights: ArrayLike<number>, rows: number, columns: number, level: number): Segment[] {
  const found: Segment[] = [];
  for (let r = 0; r < rows - 1; r++)
    for (let c = 0; c < columns - 1; c++) {
      const at = r * columns + c;
      const corners = [heights[at]!, heights[at + 1]!, heights[at + columns + 1]!, heights[at + columns]!];
      const index = corners.reduce((sum, height, i) => sum + (height > level ? 1 << i : 0), 0);
      for (const [from, to] of CASES[index]!)
        found.push([...edge(corners, from, c, r, level), ...edge(corners, to, c, r, level)]);
    }
  return found;
}

/** Where the level crosses an edge of the cell at column `c`, row `r`. */
function edge(
  corners: readonly number[],
  side: number,
  c: number,
  r: number,
  level: number,
): [number, number] {
  const [a, b] = [corners[side]!, corners[(side + 1) % 4]!];
  const share = (level - a) / (b - a);
  if (side === 0) return [c + share, r];
  if (side === 1) return [c + 1, r + share];
  if (side === 2) return [c + 1 - share, r + 1];
  return [c, r + 1 - share];
}
