/** The output: what the model says everywhere, the rows on it, and how good that is. Computes nothing, knows no host. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { drafted } from "../heard/drafted";
import { pointed } from "../heard/pointed";
import { token } from "../look/colour";
import { shared } from "../look/shared";
import type { LaneState, Message } from "../wire/source";
import { Figure } from "./figure";
import { chooser, OTHERS } from "./output/chooser";
import "./output/confusion";
import { type Confusion, MOST_CLASSES } from "./output/confusion";
import { Facts } from "./output/facts";
import { type Field, fieldOf } from "./output/field";
import { clamp, inside, nearest, rawX, rawY } from "./output/frame";
import "./output/legend";
import type { Legend } from "./output/legend";
import { Plot, type View } from "./output/plot";
import { type Count, counted } from "./output/points";
import { readingOf } from "./output/reading";
import { drawResiduals } from "./output/residuals";
import "./output/scores";
import type { Scores } from "./output/scores";
import { style } from "./output/style";
import { largeOf } from "./output/unit";
import { fit } from "./sizes";

/** Somebody clicked into the plane: a point to be added there, or the nearest one to be erased. */
export interface PointAsked {
  readonly lane: number;
  /** Raw inputs that `raw` stands for. */
  readonly columns: readonly number[];
  readonly raw: readonly number[];
  readonly erase: boolean;
}

@customElement("ls-output")
export class OutputFigure extends Figure {
  static override styles = [shared, style];
  @state() private discrete = false;
  @state() private withTest = true;
  @state() private side: "train" | "test" = "test";
  @state() private known: LaneState | null = null;
  @state() private unitName = "";
  private facts = new Facts(null);
  private viewed = "";
  private cursor: [number, number] | null = null;
  private readonly plot = new Plot();
  private others: readonly (readonly [EventTarget, string])[] = []; // what is said beside the source
  private readonly redraw = () => this.drawSoon();

  protected override get instruments(): readonly string[] {
    const usual = ["decision_surface", "metrics", "loss"];
    return this.facts.wide ? [...usual, "predictions"] : usual;
  }

  protected override concerns(message: Message): boolean {
    return super.concerns(message) && !["connection", "code", "inspected", "refused"].includes(message.kind);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const [other, event] of this.others) other.removeEventListener(event, this.redraw);
    this.others = [];
  }

  protected override updated(): void {
    super.updated();
    if (this.others.length || !this.source) return;
    this.others = [
      [pointed(this.source), "moved"],
      [drafted(this.source), "drafted"],
    ];
    for (const [other, event] of this.others) other.addEventListener(event, this.redraw);
  }

  protected override render() {
    const { task, tested, plane } = this.facts;
    return html`<div class="all"><header>
        <h2>${this.unitName || "Output"}</h2>
        ${plane && task !== "regression" ? this.toggle("discrete", this.discrete, (on) => (this.discrete = on)) : nothing}
        ${tested && (plane || task === "regression") ? this.toggle("test rows", this.withTest, (on) => (this.withTest = on)) : nothing}
      </header>
      ${plane ? this.plane() : nothing}
      <div class="judged ${plane ? "" : "large"}">
        <ls-scores ?upright=${!this.hasAttribute("compact")}></ls-scores>
        ${task === "regression" ? this.residuals() : task ? this.confusion() : nothing}
      </div></div>`;
  }

  private plane() {
    const { task, classes, target, raw, tested, wide } = this.facts;
    return html`${this.facts.wide ? chooser(this.facts.raw, this.columns, this.choose) : nothing}
      <div class="plot">
        <canvas
          class="plane"
          role="application"
          aria-roledescription="plot"
          tabindex="0"
          aria-label="What the model says over ${this.facts.axes(this.columns).join(" and ")}. Arrow keys move the place that is read."
          aria-describedby="reading"
          @pointermove=${this.hovered}
          @pointerleave=${() => this.read(null)}
          @blur=${() => this.read(null)}
          @keydown=${this.pressed}
          @click=${(event: MouseEvent) => this.clicked(event, event.shiftKey || event.altKey)}
          @contextmenu=${(event: MouseEvent) => this.clicked(event, true)}
        ></canvas>
      </div>
      <p class="reading" id="reading" aria-live="polite"></p>
      <ls-output-legend
        .task=${task}
        .classes=${classes}
        .target=${target}
        .flat=${raw.length === 1}
        .tested=${this.withTest && tested}
        .said=${wide}
      ></ls-output-legend>`;
  }

  private toggle(name: string, on: boolean, set: (on: boolean) => void) {
    return html`<label><input type="checkbox" .checked=${on} @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} />${name}</label>`;
  }

  private confusion() {
    const { classes, tested, plane } = this.facts;
    if (classes.length > MOST_CLASSES) return nothing;
    const sides = tested ? (["train", "test"] as const) : [];
    return html`<div class="detail">
      <div class="columns" role="group" aria-label="rows counted">
        ${sides.map(
          (side) =>
            html`<button aria-pressed=${this.side === side} @click=${() => (this.side = side)}>${side}</button>`,
        )}
        <span class="soft" aria-hidden="true">${tested ? "" : "train "}rows</span>
      </div>
      <div class="matrix"><ls-confusion ?large=${!plane} .classes=${classes} .side=${this.shownSide}></ls-confusion></div>
    </div>`;
  }

  private residuals() {
    return html`<div class="detail wide">
      <p class="columns soft" aria-hidden="true">said ↑ against true ${this.facts.target} →</p>
      <div class="against"><canvas class="residuals" role="img" aria-label="What the model says of each row against what is true"></canvas></div>
    </div>`;
  }

  protected draw(): void {
    const lane = this.heard.lane(this.lane);
    if (lane.state !== this.known) {
      this.known = lane.state;
      this.facts = new Facts(lane.state);
      this.wish(); // rows of wide data are drawn by what is said of them
    }
    if (!lane.state) return;
    const viewed = this.columns.join();
    if (viewed !== this.viewed) this.requestUpdate(); // names of the axes stand in the text
    this.viewed = viewed;
    const field = fieldOf(lane.measured.get("decision_surface"), this.facts.task);
    const count = this.drawPlane(field);
    this.drawResiduals();
    this.renderRoot.querySelector<Scores>("ls-scores")?.show(lane);
    const counts = lane.measured.get("metrics")?.arrays[`${this.shownSide}_confusion`];
    this.renderRoot.querySelector<Confusion>("ls-confusion")?.show(counts ?? null);
    this.renderRoot.querySelector<Legend>("ls-output-legend")?.show(this.plot.shownLimits);
    this.say(field, count);
  }

  private drawPlane(field: Field | null): Count | null {
    const plane = this.renderRoot.querySelector<HTMLCanvasElement>(".plane");
    const box = plane?.parentElement;
    if (!plane || !box) return null;
    const [width, height] = this.sizes.of(box);
    if (!width || !height) return null;
    fit(plane, width, height);
    return this.plot.draw(plane.getContext("2d")!, width, height, this.view(field));
  }

  private drawResiduals(): void {
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".residuals");
    const metrics = this.heard.lane(this.lane).measured.get("metrics");
    if (!canvas) return;
    const [width, height] = this.sizes.of(canvas.parentElement!);
    const key = [width, height, devicePixelRatio, this.withTest, token("paper")].join();
    if (!width || !height || (metrics === this.judged && key === this.judgedKey)) return;
    [this.judged, this.judgedKey] = [metrics, key];
    fit(canvas, width, height);
    drawResiduals(canvas, width, height, metrics, this.withTest, this.facts.unscaled);
  }
  private judged: unknown = null;
  private judgedKey = "";

  private view(field: Field | null): View {
    const { measured } = this.heard.lane(this.lane);
    const draft = drafted(this.source);
    const unit = largeOf(pointed(this.source).unit, this.lane, measured.get("neuron_maps"));
    this.unitName = unit?.name ?? "";
    return {
      field,
      unit,
      data: draft.data ?? measured.get("data"),
      said: this.facts.wide && !draft.data ? measured.get("predictions") : undefined,
      task: draft.task || this.facts.task,
      columns: this.columns,
      names: this.facts.axes(this.columns),
      discrete: this.discrete,
      withTest: this.withTest,
      whole: !this.facts.wide && !draft.data,
      unscaled: this.facts.unscaled,
      cursor: this.cursor,
    };
  }

  private say(field: Field | null, count: Count | null): void {
    const line = this.renderRoot.querySelector<HTMLElement>("#reading");
    if (!line) return;
    const text =
      this.cursor && field
        ? readingOf(
            field,
            this.cursor,
            this.facts.axes(this.columns),
            this.facts.classes,
            this.facts.target,
            this.facts.unscaled,
          )
        : field
          ? count
            ? counted(count)
            : this.facts.wide
              ? OTHERS
              : ""
          : "No surface is drawn over these inputs.";
    if (line.textContent !== text) line.textContent = text;
  }

  private place(event: MouseEvent): [number, number] | null {
    const { frame } = this.plot;
    const [x, y] = [event.offsetX, event.offsetY];
    return frame && inside(frame, x, y) ? [rawX(frame, x), rawY(frame, y)] : null;
  }

  private hovered(event: PointerEvent): void {
    const place = this.place(event);
    const field = this.field;
    this.read(
      place && field ? [field.ys ? nearest(field.ys, place[1]) : 0, nearest(field.xs, place[0])] : null,
    );
  }

  private read(cursor: [number, number] | null): void {
    if (!cursor && !this.cursor) return;
    this.cursor = cursor;
    this.drawSoon();
  }

  private pressed(event: KeyboardEvent): void {
    const { field } = this;
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[event.key];
    if (!field || event.ctrlKey || event.metaKey) return;
    const [row, column] = this.cursor ?? [field.rows >> 1, field.columns >> 1];
    if (by) this.read([clamp(row + by[0]!, field.rows), clamp(column + by[1]!, field.columns)]);
    else if (event.key === "Escape") this.read(null);
    else if (this.cursor && field.ys && ["Enter", "Delete", "Backspace"].includes(event.key))
      this.ask([field.xs[column]!, field.ys[row]!], event.key !== "Enter");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private clicked(event: MouseEvent, erase: boolean): void {
    const place = this.place(event);
    if (!place) return;
    event.preventDefault();
    this.ask(place, erase);
  }

  private ask(raw: readonly number[], erase: boolean): void {
    const detail: PointAsked = { lane: this.lane, columns: this.columns, raw, erase };
    this.dispatchEvent(new CustomEvent("point", { detail, bubbles: true, composed: true }));
  }

  private readonly choose = (columns: readonly number[]): void => {
    this.source.send({ do: "view", columns: [...columns] });
  };

  private get field(): Field | null {
    const { measured } = this.heard.lane(this.lane);
    return fieldOf(measured.get("decision_surface"), this.facts.task);
  }

  private get columns(): readonly number[] {
    return this.facts.columns(this.source ? this.heard.state : null);
  }

  private get shownSide(): "train" | "test" {
    return this.facts.tested ? this.side : "train";
  }
}
