/** The network: every unit's map, every weight's line; point to read, click to set. Computes nothing and knows no host. */
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Experiment } from "../generated/wire";
import { pointed } from "../heard/pointed";
import { shared } from "../look/shared";
import type { Message } from "../wire/source";
import { Figure } from "./figure";
import { Asking, sameEntry } from "./network/asking";
import "./network/bar";
import "./network/card";
import type { WeightCard } from "./network/card";
import "./network/head";
import { hit } from "./network/hit";
import { type Geometry, layoutOf } from "./network/layout";
import { listed } from "./network/listed";
import { INPUTS } from "./network/maps";
import { entryOf, exists, moved, named, type Place, same } from "./network/place";
import { Scene } from "./network/scene";
import { settingsFor, shapeOf, withActivation, withUnits } from "./network/shaping";
import { shownOf } from "./network/shown";
import { fit, reveal } from "./network/stage";
import { type Structure, signature, structureOf } from "./network/structure";
import { style } from "./network/style";
import { formulaOf } from "./network/told";

const FIRST: Place = { kind: "unit", column: 1, unit: 0 };

@customElement("ls-network")
export class NetworkFigure extends Figure {
  static override styles = [shared, style];
  @state() private structure: Structure | null = null;
  @state() private place: Place | null = null;
  private pinned = false; // by a click or by keyboard: a pointer passing by changes nothing
  private geometry: Geometry | null = null;
  private known: unknown = null; // the lane's state that the structure was read from
  private later = 0;
  private size = "";
  private wanting = false; // to write a value, as soon as it is known
  private readonly scene = new Scene();
  private readonly asking = new Asking(({ tensor, index }) =>
    this.source.send({ do: "inspect", tensor, index: [...index], lane: this.lane }),
  );

  protected override get instruments(): readonly string[] {
    return ["weights", "neuron_maps", "decision_surface"];
  }

  protected override concerns(message: Message): boolean {
    if (!super.concerns(message)) return false;
    if (message.kind === "inspected") this.told();
    return message.kind !== "connection" && message.kind !== "code";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.later);
    if (this.source) pointed(this.source).unit = null;
  }

  protected override render() {
    const { structure, place } = this;
    const experiment = this.source ? this.heard.lane(this.lane).state?.experiment : null;
    const compact = this.hasAttribute("compact"); // to be looked at: it stands in pages without a server, too
    return html`${compact ? nothing : this.bar(experiment ?? null)}
      <div class="scroll">
        <div class="content">${structure ? (structure.columns.length ? this.diagram(structure) : listed(this.heard.lane(this.lane).state?.parameters ?? {})) : nothing}</div>
      </div>
      <ls-weight-card
        .name=${place && structure ? named(structure, place) : ""}
        .formula=${this.formula}
        .told=${this.answer}
        @written=${(event: CustomEvent<number>) => this.write(event.detail)}
        @left=${() => this.stage?.focus()}
      ></ls-weight-card>`;
  }

  private bar(experiment: Experiment | null) {
    return html`<ls-network-bar
      .experiment=${experiment}
      @change-model=${(event: CustomEvent) => this.change(event.detail)}
    ></ls-network-bar>`;
  }

  private diagram(structure: Structure) {
    const { columns } = structure;
    return html`<canvas></canvas>
      <div
        class="diagram"
        role="application"
        tabindex="0"
        aria-roledescription="network diagram"
        aria-label="Network of ${columns.map((column) => column.units).join(", ")} units. Arrow keys go from unit to weight to unit, Enter sets a value, Escape lets go."
        aria-describedby="at"
        @pointermove=${this.hovered}
        @pointerleave=${() => this.look(null, false)}
        @click=${this.clicked}
        @keydown=${this.pressed}
        @focus=${() => this.look(this.place ?? FIRST, false)}
        @blur=${() => this.look(null, false)}
      ></div>
      ${columns.map((column, i) => this.head(structure, i, column.units))}
      <span id="at" class="visually-hidden" aria-live="polite">${this.spoken}</span>`;
  }

  private head(structure: Structure, i: number, units: number) {
    const { kind } = structure.columns[i]!;
    if (kind !== "hidden")
      return html`<span class="head">${kind === "inputs" ? `${units} input${units === 1 ? "" : "s"}` : "output"}</span>`;
    if (this.hasAttribute("compact"))
      return html`<span class="head">${units} ${structure.activations[i - 1] ?? ""}</span>`;
    return html`<ls-layer-head
      class="head"
      .layer=${i}
      .units=${units}
      .activation=${structure.activations[i - 1] ?? ""}
      @units=${(event: CustomEvent<number>) => this.reshape((shape) => withUnits(shape, i - 1, event.detail))}
      @activation=${(event: CustomEvent<string>) => this.reshape((shape) => withActivation(shape, i - 1, event.detail))}
    ></ls-layer-head>`;
  }

  protected draw(): void {
    const scroll = this.renderRoot.querySelector<HTMLElement>(".scroll")!;
    const [width, height] = this.sizes.of(scroll);
    if (!width || this.learn() || !this.structure?.columns.length) return; // it is rendered anew, then drawn
    const geometry = this.measured(width, height);
    const pen = this.renderRoot.querySelector("canvas")!.getContext("2d")!;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const wait = this.scene.draw(
      pen,
      this.structure,
      geometry,
      shownOf(this.heard.lane(this.lane)),
      this.place,
    );
    this.again(wait, this.inquire());
  }

  // a new lane state may be a new network; true where it is
  private learn(): boolean {
    const lane = this.heard.lane(this.lane).state;
    if (lane === this.known) return false;
    this.known = lane;
    const structure = lane ? structureOf(lane) : null;
    const other = (structure && signature(structure)) !== (this.structure && signature(this.structure));
    if (other) {
      this.structure = structure;
      this.geometry = null;
      this.scene.forget();
      if (this.place && !(structure && exists(structure, this.place))) this.look(null, true);
    } else this.requestUpdate();
    return other;
  }

  private measured(width: number, height: number): Geometry {
    const { geometry } = this;
    if (geometry && this.size === `${width} ${height} ${devicePixelRatio}`) return geometry;
    this.size = `${width} ${height} ${devicePixelRatio}`;
    this.geometry = layoutOf(this.structure!, width, height);
    fit(this.renderRoot, this.geometry);
    return this.geometry;
  }

  private get stage(): HTMLElement | null {
    return this.renderRoot.querySelector(".diagram");
  }

  private look(place: Place | null, pin: boolean): void {
    const focused = this.shadowRoot?.activeElement === this.stage;
    if (!pin && this.pinned) return;
    if (place === null && focused && !pin) return;
    this.pinned = pin && place !== null;
    if (same(place, this.place)) return;
    this.place = place;
    this.point(place);
    this.drawSoon();
  }

  private point(place: Place | null): void {
    const column = place && this.structure?.columns[place.column];
    const unit = place?.kind === "unit" && column && column.kind !== "output" ? place.unit : null;
    const layer = column?.kind === "inputs" ? INPUTS : (column?.layer ?? "");
    pointed(this.source).unit =
      unit === null ? null : { lane: this.lane, layer, unit, name: named(this.structure!, place!) };
  }

  private under(event: MouseEvent): Place | null {
    if (!this.structure || !this.geometry) return null;
    const size = (column: number, unit: number, from: number) =>
      this.scene.linesInto(column)?.size(unit, from) ?? -1;
    return hit(this.structure, this.geometry, event.offsetX, event.offsetY, size);
  }

  private hovered(event: PointerEvent): void {
    const place = this.under(event);
    this.stage?.classList.toggle("over", place !== null);
    this.look(place, false);
  }

  private clicked(event: MouseEvent): void {
    const place = this.under(event);
    this.look(place, true);
    if (place && place.kind !== "unit") void this.setting();
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.structure || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moved(this.structure, this.place ?? FIRST, event.key);
    if (next) this.look(next, true);
    else if (event.key === "Enter" && this.place?.kind !== "unit") void this.setting();
    else if (event.key === "Escape") this.look(null, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next && this.geometry) reveal(this.renderRoot, this.geometry, next);
  }

  private async setting(): Promise<void> {
    await this.updateComplete;
    const card = this.renderRoot.querySelector<WeightCard>("ls-weight-card")!;
    await card.updateComplete;
    if (this.answer) card.edit();
    else this.wanting = true; // as soon as the answer is there
  }

  private write(value: number): void {
    const entry = this.structure && this.place && entryOf(this.structure, this.place);
    if (!entry) return;
    this.source.send({ do: "edit", ...entry, value, lane: this.lane });
    this.asking.stale();
    this.drawSoon();
  }

  // ms until the worker may be asked again about what is looked at
  private inquire(): number {
    const entry = this.structure && this.place ? entryOf(this.structure, this.place) : null;
    return this.asking.look(entry, this.heard.state?.step ?? 0, performance.now());
  }

  private again(...waits: number[]): void {
    clearTimeout(this.later);
    const wait = Math.min(...waits.filter((wait) => wait > 0));
    if (wait < Number.POSITIVE_INFINITY) this.later = window.setTimeout(() => this.drawSoon(), wait);
  }

  private told(): void {
    this.asking.answered();
    this.requestUpdate();
    if (!this.wanting || !this.answer) return;
    this.wanting = false;
    void this.setting();
  }

  private get answer() {
    const { inspected } = this.source ? this.heard : { inspected: null };
    const entry = this.structure && this.place ? entryOf(this.structure, this.place) : null;
    return entry && inspected?.lane === this.lane && sameEntry(entry, inspected) ? inspected : null;
  }

  private get formula(): string {
    const { structure, place, scene } = this;
    if (!structure || place?.kind !== "unit") return "";
    const bias = place.column ? scene.bias(structure, place.column, place.unit) : null;
    return formulaOf(structure, place.column, place.unit, scene.linesInto(place.column), bias);
  }

  private get spoken(): string {
    const { place, structure, answer } = this;
    if (!place || !structure) return "";
    return `${named(structure, place)} ${answer ? `= ${answer.value.toPrecision(3)}` : this.formula}`;
  }

  private reshape(to: (shape: ReturnType<typeof shapeOf>) => ReturnType<typeof shapeOf>): void {
    const experiment = this.heard.lane(this.lane).state?.experiment;
    if (experiment) this.change(settingsFor(experiment, to(shapeOf(experiment))));
  }

  private change(settings: Record<string, unknown>): void {
    this.source.send({ do: "change", settings, lane: this.lane, restart: true });
  }
}
