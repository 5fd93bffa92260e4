/** A dataset's picture: 200 of its points. Knows not whether it is chosen. */
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { css as colour, diverging } from "../look/colour";
import { ask } from "../wire/api";

/** What `GET /api/thumbnails/{name}` answers. */
export interface Picture {
  readonly name: string;
  readonly summary: string;
  readonly task: string | null;
  readonly inputs: number | null;
  readonly axes: readonly string[];
  readonly points: readonly (readonly [number, number])[];
  readonly values: readonly number[];
  readonly classes: readonly string[];
}

const SIDE = 32;
const LATEST_MS = 1000;
const asked = new Map<string, Promise<Picture>>();

export function picture(name: string): Promise<Picture> {
  const known = asked.get(name) ?? ask<Picture>(`thumbnails/${name}`);
  asked.set(name, known);
  known.catch(() => asked.delete(name));
  return known;
}

// sixteen pictures wait until the model is seen
const quiet = () => new Promise((done) => requestIdleCallback(done, { timeout: LATEST_MS }));

@customElement("ls-thumbnail")
export class Thumbnail extends LitElement {
  static override styles = css`
    :host,
    canvas {
      display: block;
    }
    canvas {
      aspect-ratio: 1;
      width: 100%;
    }
  `;
  @property() name = "";
  private shown: Picture | null = null;
  private readonly themed = new MutationObserver(() => this.draw());
  private readonly system = matchMedia("(prefers-color-scheme: dark)");
  private readonly redraw = () => requestAnimationFrame(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.system.addEventListener("change", this.redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.themed.disconnect();
    this.system.removeEventListener("change", this.redraw);
  }

  protected override render() {
    return html`<canvas width=${2 * SIDE} height=${2 * SIDE} aria-hidden="true"></canvas>`;
  }

  protected override async updated(): Promise<void> {
    await quiet();
    this.shown = await picture(this.name).catch(() => null);
    this.draw();
  }

  private draw(): void {
    const pen = this.renderRoot.querySelector("canvas")?.getContext("2d");
    if (!pen || !this.shown?.points.length) return;
    pen.clearRect(0, 0, 2 * SIDE, 2 * SIDE);
    const paint = paints(this.shown);
    this.shown.points.forEach(([x, y], i) => {
      pen.fillStyle = paint(i);
      pen.fillRect(...placed(this.shown!, x, y), 3, 3);
    });
  }
}

function placed({ points }: Picture, x: number, y: number): [number, number] {
  const [left, right] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))];
  const [low, high] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))];
  const room = 2 * SIDE - 8;
  return [3 + (room * (x - left)) / (right - left || 1), 3 + room * (1 - (y - low) / (high - low || 1))];
}

// classes by their colours; values from the least, through paper, to the most: too pale a point would be lost
function paints({ task, values, inputs }: Picture): (i: number) => string {
  if (task !== "regression") return (i) => colour(`class-${values[i]! % 10}`);
  if (inputs === 1) return () => colour("class-1");
  const scale = diverging();
  const most = Math.max(...values.map(Math.abs)) || 1;
  return (i) => {
    const share = values[i]! / most;
    const strong = Math.sign(share) * (0.35 + 0.65 * Math.abs(share));
    const word = scale[Math.min(511, Math.max(0, Math.round(255.5 + 255.5 * strong)))]!;
    return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
  };
}
