/** Keeps a costly drawing for a while, so that what is cheap beside it can move at every frame. Knows not what it is. */

export const MANY = 200; // lines, below which drawing them anew costs less than a look can tell
const PAUSE_MS = 120; // with more of them, they are drawn anew at most so often

export class Layer {
  private readonly canvas = document.createElement("canvas");
  private readonly pen = this.canvas.getContext("2d")!;
  private at = Number.NEGATIVE_INFINITY;
  private key = "";
  private of: unknown = null;

  /**
   * Draw `of`, of which there are `count`, by `paint`, or what was painted before. `key` says all else that changes
   * its look. Returns ms after which it is due again, 0 where it shows what is.
   */
  draw(
    onto: CanvasRenderingContext2D,
    of: unknown,
    key: string,
    count: number,
    now: number,
    paint: (pen: CanvasRenderingContext2D) => void,
  ): number {
    if (count <= MANY) {
      this.key = "";
      paint(onto);
      return 0;
    }
    const fresh = key === this.key && of === this.of;
    const wait = fresh || key !== this.key ? 0 : this.at + PAUSE_MS - now;
    if (!fresh && wait <= 0) {
      [this.of, this.key, this.at] = [of, key, now];
      this.repaint(onto, paint);
    }
    onto.save();
    onto.resetTransform();
    onto.drawImage(this.canvas, 0, 0);
    onto.restore();
    return Math.max(0, wait);
  }

  private repaint(like: CanvasRenderingContext2D, paint: (pen: CanvasRenderingContext2D) => void): void {
    const { width, height } = like.canvas;
    if (this.canvas.width !== width || this.canvas.height !== height)
      [this.canvas.width, this.canvas.height] = [width, height];
    this.pen.resetTransform();
    this.pen.clearRect(0, 0, width, height);
    this.pen.setTransform(like.getTransform());
    paint(this.pen);
  }
}
