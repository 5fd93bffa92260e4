/** The loss around the path that training took. Computes no loss: it asks for it and draws what comes. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Measured } from "../../generated/wire";
import { shared } from "../../look/shared";
import type { Message } from "../../wire/source";
import { csv } from "../chart/csv";
import "../chart/download";
import { type Format, saveCanvas, savePicture, saveText } from "../chart/save";
import { figures } from "../chart/scale";
import { Figure, notLoaded } from "../figure";
import { contourPicture, paintContour } from "./contour";
import type { Surface } from "./surface";
import { isLog, type Terrain, terrain } from "./terrain";

@customElement("ls-landscape")
export class LandscapeFigure extends Figure {
  static override styles = [
    shared,
    css`
      :host {
        container-type: inline-size;
        display: grid;
        gap: calc(2 * var(--unit)) calc(5 * var(--unit));
        grid-template: "head head" auto "map facts" minmax(11rem, 1fr) / minmax(0, 1fr) 15rem;
        height: 100%;
        min-height: 0;
        overflow: auto;
      }
      header {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: calc(2 * var(--unit));
        grid-area: head;
      }
      header span {
        flex: 1;
      }
      .map {
        grid-area: map;
        min-height: 9rem;
        overflow: hidden;
        position: relative;
      }
      canvas {
        display: block;
        height: 100%;
        left: 0;
        position: absolute;
        top: 0;
        width: 100%;
      }
      .solid {
        cursor: grab;
        touch-action: none;
      }
      aside {
        font-size: var(--tiny);
        grid-area: facts;
        overflow: auto;
      }
      dl {
        display: grid;
        gap: var(--unit) calc(2 * var(--unit));
        grid-template-columns: 1fr auto;
        margin: 0 0 calc(2 * var(--unit));
      }
      dd {
        margin: 0;
        min-width: 9ch;
        text-align: right;
      }
      p {
        margin: 0 0 calc(2 * var(--unit));
      }
      @media (max-width: 900px) {
        :host {
          grid-template-rows: auto 18rem auto;
          height: auto;
        }
      }
      @container (max-width: 34rem) {
        .map,
        aside {
          grid-column: 1 / -1;
        }
        aside {
          grid-row: 3;
        }
      }
    `,
  ];
  @state() private solid = false;
  @state() private waiting = false;
  @state() private problem = "";
  @state() private reading: Measured | undefined;
  private surface: Surface | null = null;
  private made: Measured | undefined;
  private known: Terrain | null = null;

  protected override concerns(message: Message): boolean {
    if (message.kind === "refused" && message.do === "landscape") this.refused(message);
    if (message.kind === "hello" || message.kind === "lane") return super.concerns(message);
    return message.kind === "events" && super.concerns(message) && message.events.some(isLandscape);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.surface?.dispose();
    this.surface = null;
  }

  protected override willUpdate(): void {
    if (!this.source) return;
    this.reading = this.heard.lane(this.lane).measured.get("landscape");
    if (this.reading !== this.made) this.waiting = false;
    this.known = this.reading ? terrain(this.reading) : null;
  }

  protected draw(): void {
    const reading = this.heard.lane(this.lane).measured.get("landscape");
    if (reading !== this.reading) this.requestUpdate(); // which draws again
    this.made = this.reading;
    if (!this.known) return;
    if (this.solid) void this.drawSolid(this.known);
    else this.drawFlat(this.known);
  }

  private drawFlat(known: Terrain): void {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".flat");
    if (!canvas) return;
    const [width, height, ratio] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const pen = canvas.getContext("2d")!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintContour(pen, known, width, height);
  }

  private async drawSolid(known: Terrain): Promise<void> {
    const came = await import("./surface").catch(() => null);
    if (!came) this.problem = notLoaded("3-D view");
    if (!came) return;
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".solid");
    if (!canvas || !this.isConnected) return;
    if (this.surface?.canvas !== canvas) {
      this.surface?.dispose();
      this.surface = came.Surface.on(canvas);
    }
    if (!this.surface)
      this.problem = "This browser has no WebGL, so the surface cannot be drawn; the contour can.";
    this.surface?.show(known);
  }

  private compute(): void {
    this.waiting = true;
    this.problem = "";
    this.source.send({ do: "landscape", lane: this.lane });
  }

  private refused({ problems }: Extract<Message, { kind: "refused" }>): void {
    this.waiting = false;
    this.problem = problems
      .map((p) => `${p.field} is ${String(p.value)}; allowed ${p.allowed}. ${p.try_next}`)
      .join(" ");
  }

  private key(event: KeyboardEvent): void {
    if (!this.surface?.key(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private save({ detail }: CustomEvent<Format>): void {
    const { known } = this;
    if (!known) return;
    if (detail === "csv") saveText(table(known), "landscape.csv", "text/csv");
    else if (this.solid && detail === "png" && this.surface) {
      this.surface.render(); // the buffer is only readable right after a drawing
      void saveCanvas(this.surface.canvas, "landscape");
    } else void savePicture(contourPicture(known, 720, 540), detail, "landscape");
  }

  protected override render() {
    const { known } = this;
    return html`
      <header>
        <button ?disabled=${this.waiting} @click=${this.compute}>
          ${this.waiting ? "computing …" : known ? "compute again" : "compute"}
        </button>
        <button aria-pressed=${!this.solid} @click=${() => (this.solid = false)}>contour</button>
        <button aria-pressed=${this.solid} @click=${() => (this.solid = true)}>3-D</button>
        <span class="trouble" role="status">${this.problem}</span>
        ${
          known
            ? html`<ls-download
              what="the landscape"
              .formats=${this.solid ? (["png", "csv"] as const) : (["png", "svg", "csv"] as const)}
              @download=${this.save}></ls-download>`
            : nothing
        }
      </header>
      <div class="map">${known ? this.canvas(known) : this.invitation()}</div>
      <aside tabindex="0" aria-label="about the landscape">${known ? this.facts(known) : nothing}</aside>
    `;
  }

  private invitation() {
    return html`<p class="soft">
      The loss on a plane through the weights that training went through. Press compute, and PyTorch
      evaluates it on a grid.
    </p>`;
  }

  private canvas(known: Terrain) {
    const words = `Loss around the path, from ${figures(known.low)} to ${figures(known.high)}; the path ends at ${figures(known.end)}.`;
    return this.solid
      ? html`<canvas
          class="solid"
          tabindex="0"
          role="img"
          aria-label=${words}
          aria-description="Arrow keys turn it, plus and minus come nearer and go away."
          @keydown=${this.key}
        ></canvas>`
      : html`<canvas class="flat" role="img" aria-label=${words}></canvas>`;
  }

  private facts(known: Terrain) {
    return html`
      <dl>
        <dt>step</dt>
        <dd class="number">${known.step}</dd>
        <dt>loss at ●</dt>
        <dd class="number">${figures(known.end)}</dd>
        <dt>least loss drawn</dt>
        <dd class="number">${figures(known.low)}</dd>
        <dt>most</dt>
        <dd class="number">${figures(known.high)}</dd>
        <dt>${known.names[0]} (across)</dt>
        <dd class="number">${percent(known.variance[0])}</dd>
        <dt>${known.names[1]} (${this.solid ? "in depth" : "up"})</dt>
        <dd class="number">${percent(known.variance[1])}</dd>
      </dl>
      ${this.solid ? html`<p class="soft">The height is the loss. Drag to turn it, wheel or + and − to come nearer.</p>` : nothing}
      <p class="soft">
        ${
          known.random
            ? "The path is too short to give directions, so two random ones are drawn, scaled to the weights of each unit."
            : "The two directions are those in which the weights moved most (principal components of the path); each percentage is the share of the path's variance that it explains."
        }
        ○ is the start, ● the weights at step ${known.step}. The loss is that of ${known.rowsUsed ?? "the"} training
        rows, without penalty. From one
        line to the next the loss ${isLog(known) ? "grows by the same factor" : "grows by the same amount"}.
      </p>
    `;
  }
}

const isLandscape = ({ kind, data }: { kind: string; data: unknown }) =>
  kind === "Measured" && (data as Measured).instrument === "landscape";

const percent = (share: number | undefined) => (share === undefined ? "–" : `${(100 * share).toFixed(1)} %`);

function table({ rows, columns, values, across, up }: Terrain): string {
  const cells = Array.from({ length: rows }, (_, r) => [
    up[r]!,
    ...values.slice(r * columns, (r + 1) * columns),
  ]);
  return csv(["up \\ across", ...Array.from(across, String)], cells);
}
