/** The surface under the points as a picture, scaled to the plot. Reads a field, computes none. */
import { css } from "../../look/colour";
import { boundary, type Field, valueAt, winnerAt } from "./field";
import type { Frame } from "./frame";
import { classToken, diverging, GROUND, rising, STEPS } from "./ramp";

const FINE = 4; // a discrete surface is drawn on a finer grid, between whose places nothing is blended

export class Surface {
  private readonly canvas = document.createElement("canvas");
  private readonly pen = this.canvas.getContext("2d")!;
  private image: ImageData | null = null;

  /** `low` and `high` are what the scale's ends stand for. */
  draw(
    pen: CanvasRenderingContext2D,
    frame: Frame,
    field: Field,
    low: number,
    high: number,
    discrete: boolean,
  ): void {
    const fine = discrete && field.task !== "regression" ? FINE : 1;
    const image = this.sized(field.columns * fine, field.rows * fine);
    const target = new Uint32Array(image.data.buffer);
    if (field.task === "multiclass") classes(target, field, fine);
    else single(target, field, low, high, fine);
    this.pen.putImageData(image, 0, 0);
    this.place(pen, frame, field, fine === 1);
  }

  // a value stands in the middle of its cell, so the picture is half a cell wider than the grid
  private place(pen: CanvasRenderingContext2D, frame: Frame, field: Field, smooth: boolean): void {
    const [w, h] = [frame.width / (field.columns - 1), frame.height / (field.rows - 1)];
    pen.save();
    pen.beginPath();
    pen.rect(frame.left, frame.top, frame.width, frame.height);
    pen.clip();
    pen.imageSmoothingEnabled = smooth;
    pen.drawImage(this.canvas, frame.left - w / 2, frame.top - h / 2, frame.width + w, frame.height + h);
    pen.restore();
  }

  private sized(width: number, height: number): ImageData {
    if (this.image?.width === width && this.image.height === height) return this.image;
    [this.canvas.width, this.canvas.height] = [width, height];
    this.image = this.pen.createImageData(width, height);
    return this.image;
  }
}

/** The line on which a classifier is undecided. */
export function drawBoundary(pen: CanvasRenderingContext2D, frame: Frame, field: Field): void {
  const { rows, columns } = field;
  const [w, h] = [frame.width / (columns - 1), frame.height / (rows - 1)];
  pen.strokeStyle = css("ink");
  pen.lineWidth = 1;
  pen.beginPath();
  for (const lead of leads(field)) {
    const line = boundary(lead, rows, columns);
    for (let i = 0; i < line.length; i += 4) {
      pen.moveTo(frame.left + line[i]! * w, frame.top + frame.height - line[i + 1]! * h);
      pen.lineTo(frame.left + line[i + 2]! * w, frame.top + frame.height - line[i + 3]! * h);
    }
  }
  pen.stroke();
}

// by how much a class leads all others; in binary tasks one line is enough
function leads(field: Field): ((row: number, column: number) => number)[] {
  if (field.task === "binary") return [(row, column) => valueAt(field, row, column) - 0.5];
  return Array.from({ length: field.classes }, (_, k) => (row: number, column: number) => {
    let other = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < field.classes; j++)
      if (j !== k) other = Math.max(other, valueAt(field, row, column, j));
    return valueAt(field, row, column, k) - other;
  });
}

function single(target: Uint32Array, field: Field, low: number, high: number, fine: number): void {
  const colours = diverging(GROUND);
  const scale = STEPS / (high - low);
  each(field, fine, (at, sample) => {
    const value = sample(0);
    const step = fine > 1 ? (value > 0.5 ? STEPS - 1 : 0) : (value - low) * scale;
    target[at] = Number.isNaN(step) ? 0 : colours[step <= 0 ? 0 : step >= STEPS ? STEPS - 1 : step | 0]!;
  });
}

// the winner's colour, the paler the less certain it is
function classes(target: Uint32Array, field: Field, fine: number): void {
  const ramps = Array.from({ length: field.classes }, (_, k) => rising(classToken(k), GROUND));
  const undecided = 1 / field.classes;
  if (fine === 1) {
    for (let row = 0; row < field.rows; row++)
      for (let column = 0; column < field.columns; column++) {
        const best = winnerAt(field, row, column);
        const sure = (valueAt(field, row, column, best) - undecided) / (1 - undecided);
        const step = Math.min(STEPS - 1, Math.max(0, (sure * STEPS) | 0));
        target[(field.rows - 1 - row) * field.columns + column] = ramps[best]![step]!;
      }
    return;
  }
  each(field, fine, (at, sample) => {
    let [best, most] = [0, sample(0)];
    for (let k = 1; k < field.classes; k++) {
      const value = sample(k);
      if (value > most) [best, most] = [k, value];
    }
    target[at] = ramps[best]![STEPS - 1]!;
  });
}

// every pixel, from the top down; `sample` reads between the grid's places
function each(field: Field, fine: number, see: (at: number, sample: (k: number) => number) => void): void {
  const { values, rows, columns } = field;
  let [a, b, c, d, fx, fy] = [0, 0, 0, 0, 0, 0];
  const sample = (k: number): number => {
    const from = k * rows * columns;
    const low = values[from + a]! + (values[from + b]! - values[from + a]!) * fx;
    const high = values[from + c]! + (values[from + d]! - values[from + c]!) * fx;
    return low + (high - low) * fy;
  };
  for (let y = 0, at = 0; y < rows * fine; y++) {
    const place = clamp((rows * fine - 1 - y + 0.5) / fine - 0.5, rows - 1);
    const row = Math.min(Math.floor(place), Math.max(0, rows - 2));
    fy = place - row;
    for (let x = 0; x < columns * fine; x++, at++) {
      const across = clamp((x + 0.5) / fine - 0.5, columns - 1);
      const column = Math.min(Math.floor(across), Math.max(0, columns - 2));
      fx = across - column;
      a = row * columns + column;
      b = a + (columns > 1 ? 1 : 0);
      c = a + (rows > 1 ? columns : 0);
      d = b + (rows > 1 ? columns : 0);
      see(at, sample);
    }
  }
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : Math.min(value, most);
}
