/** Histograms side by side, one a tensor or layer, each with its numbers. Counts nothing: bins come from PyTorch. */
import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { css as colour } from "../../look/colour";
import { shared } from "../../look/shared";
import type { Numbers } from "../../wire/arrays";
import { csv } from "./csv";
import "./download";
import { type Format, savePicture, saveText } from "./save";
import { tickText } from "./scale";
import { type Picture, paint, type Shape } from "./shapes";

export interface Histogram {
  readonly name: string;
  readonly counts: Numbers; // (bins,)
  readonly edges: Numbers; // (bins + 1,)
  readonly numbers: readonly (readonly [name: string, value: string, trouble?: boolean])[];
}

@customElement("ls-histograms")
export class Histograms extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
      }
      header {
        align-items: center;
        display: flex;
        gap: calc(2 * var(--unit));
        justify-content: space-between;
        min-height: 1.75rem;
      }
      h3,
      h4 {
        font-size: var(--small);
        font-weight: 600;
        margin: 0;
      }
      h4 {
        font: var(--tiny) / 1.4 var(--mono);
        min-height: 1.4em; /* hidden overflow would let a full grid squeeze it to nothing */
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .cells {
        display: grid;
        align-content: start;
        gap: 0 calc(5 * var(--unit));
        grid-auto-rows: auto minmax(4.5rem, 14rem) auto;
        grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
        overflow: auto;
      }
      section {
        display: grid;
        grid-row: span 3;
        grid-template-rows: subgrid;
        min-width: 0;
      }
      .ground {
        position: relative;
      }
      canvas {
        height: 100%;
        left: 0;
        position: absolute;
        top: 0;
        width: 100%;
      }
      dl {
        align-content: start;
        display: grid;
        font-size: var(--tiny);
        grid-template-columns: 1fr auto;
        margin: 0 0 calc(3 * var(--unit));
      }
      dd {
        margin: 0;
        min-width: 10ch;
        text-align: right;
      }
    `,
  ];
  @property() heading = "";
  @property() colour: "forward" | "sign" = "forward";
  @state() private histograms: readonly Histogram[] = [];

  show(histograms: readonly Histogram[]): void {
    this.histograms = histograms;
  }

  protected override updated(): void {
    const cells = this.renderRoot.querySelectorAll("canvas");
    const { clientWidth: width = 0, clientHeight: height = 0 } = cells[0] ?? {}; // they are all as large
    const ratio = devicePixelRatio;
    cells.forEach((canvas, i) => {
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
      const pen = canvas.getContext("2d")!;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      paint(pen, { width, height, shapes: bars(this.histograms[i]!, 0, 0, width, height, this.colour) });
    });
  }

  private save({ detail }: CustomEvent<Format>): void {
    const name = this.heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    if (detail === "csv") saveText(asCsv(this.histograms), `${name}.csv`, "text/csv");
    else void savePicture(together(this.heading, this.histograms, this.colour), detail, name);
  }

  protected override render() {
    return html`
      <header>
        <h3>${this.heading}</h3>
        <ls-download what=${this.heading} @download=${this.save}></ls-download>
      </header>
      <div class="cells" tabindex="0" role="group" aria-label=${this.heading}>
        ${this.histograms.map(
          (each) => html`<section>
            <h4 title=${each.name}>${each.name}</h4>
            <div class="ground"><canvas role="img" aria-label=${inWords(each)}></canvas></div>
            <dl>
              ${each.numbers.map(
                ([name, value, trouble]) =>
                  html`<dt class="soft">${name}</dt>
                    <dd class="number ${trouble ? "trouble" : ""}">${value}</dd>`,
              )}
            </dl>
          </section>`,
        )}
      </div>
    `;
  }
}

function bars(
  each: Histogram,
  x: number,
  y: number,
  width: number,
  height: number,
  by: "forward" | "sign",
): Shape[] {
  const { counts, edges } = each;
  const [low, high, bottom] = [edges[0]!, edges[edges.length - 1]!, y + height - 16];
  let most = 1;
  for (const count of counts) most = Math.max(most, count);
  const each_ = width / counts.length;
  const shapes: Shape[] = [];
  for (let i = 0; i < counts.length; i++) {
    const tall = (counts[i]! / most) * (height - 20);
    if (!tall) continue;
    const middle = (edges[i]! + edges[i + 1]!) / 2;
    const fill = colour(by === "forward" ? "forward" : middle < 0 ? "class-0" : "class-1");
    const seen = Math.max(1, tall); // a single entry is still an entry
    shapes.push({
      kind: "rect",
      x: x + i * each_,
      y: bottom - seen,
      width: Math.max(1, each_ - 1),
      height: seen,
      fill,
    });
  }
  const rule = colour("rule");
  shapes.push({
    kind: "line",
    points: [
      [x, bottom + 0.5],
      [x + width, bottom + 0.5],
    ],
    stroke: rule,
  });
  if (low < 0 && high > 0) {
    const zero = x + (width * -low) / (high - low);
    shapes.push({
      kind: "line",
      points: [
        [zero, y],
        [zero, bottom + 4],
      ],
      stroke: colour("ink-soft"),
      dash: [2, 2],
    });
  }
  const label = { kind: "text", y: y + height - 2, size: 12, mono: true, fill: colour("ink-soft") } as const;
  shapes.push(
    { ...label, x, text: short(low) },
    { ...label, x: x + width, text: short(high), anchor: "end" },
  );
  return shapes;
}

const short = (value: number) => tickText(Number(value.toPrecision(3)));

function together(title: string, all: readonly Histogram[], by: "forward" | "sign"): Picture {
  const across = Math.min(4, Math.max(1, all.length));
  const [width, height] = [across * 272 + 16, 48 + Math.ceil(all.length / across) * 160];
  const shapes: Shape[] = [
    { kind: "rect", x: 0, y: 0, width, height, fill: colour("paper") },
    { kind: "text", x: 16, y: 24, text: title, size: 14, bold: true, fill: colour("ink") },
  ];
  all.forEach((each, i) => {
    const [x, y] = [16 + (i % across) * 272, 48 + Math.floor(i / across) * 160];
    const said = each.numbers.map(([name, value]) => `${name} ${value}`).join("  ");
    shapes.push({ kind: "text", x, y: y + 8, text: each.name, mono: true, fill: colour("ink") });
    shapes.push(...bars(each, x, y + 14, 216, 100, by));
    shapes.push({ kind: "text", x, y: y + 132, text: said, fill: colour("ink-soft") });
  });
  return { width, height, shapes };
}

function asCsv(all: readonly Histogram[]): string {
  const rows = all.flatMap(({ name, counts, edges }) =>
    Array.from(counts, (count, i) => [name, edges[i]!, edges[i + 1]!, count]),
  );
  return csv(["name", "from", "to", "entries"], rows);
}

function inWords({ name, edges, numbers }: Histogram): string {
  const said = numbers.map(([key, value]) => `${key} ${value}`).join(", ");
  return `${name}: from ${short(edges[0]!)} to ${short(edges[edges.length - 1]!)}; ${said}`;
}
