/** All of `training.*` as controls, grouped. What the settings mean is the schema's word. */
import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import "../controls/box";
import "../controls/choice";
import "../controls/slider";
import "../controls/toggle";
import type { Scale } from "../controls/scale";
import { shared } from "../look/shared";
import { optimizerSettings, scheduleSettings } from "./along";
import { group } from "./group";
import { Panel } from "./panel";
import "./schedule-shape";

const OFF = { value: null, word: "off" } as const;
const ZERO = { value: 0, word: "0" } as const;

/** How each setting is best moved; what it may be is the schema's. */
const SCALES: Record<string, Scale> = {
  lr: { by: "log", from: 1e-5, to: 10 },
  momentum: { by: "linear", from: 0, to: 0.99 },
  eps: { by: "log", from: 1e-12, to: 1 },
  weight_decay: { by: "log", from: 1e-5, to: 1, first: ZERO },
  l1: { by: "log", from: 1e-5, to: 1, first: ZERO },
  l2: { by: "log", from: 1e-5, to: 1, first: ZERO },
  accumulate: { by: "log", from: 1, to: 64, whole: true },
  clip_norm: { by: "log", from: 0.01, to: 100, last: OFF },
  clip_value: { by: "log", from: 0.001, to: 10, last: OFF },
  label_smoothing: { by: "linear", from: 0, to: 0.5 },
  ema: { by: "linear", from: 0.5, to: 0.999, first: OFF },
  early_stopping: { by: "log", from: 1, to: 200, whole: true, last: OFF },
  "schedule.warmup": { by: "log", from: 1, to: 1000, whole: true, first: ZERO },
  "schedule.every": { by: "log", from: 1, to: 10000, whole: true },
  "schedule.factor": { by: "linear", from: 0.01, to: 0.99 },
  "schedule.final": { by: "linear", from: 0, to: 1 },
  "schedule.peak_at": { by: "linear", from: 0.01, to: 0.99 },
  "schedule.patience": { by: "log", from: 1, to: 1000, whole: true },
};

const WORDS: Record<string, string> = {
  lr: "learning rate",
  batch_size: "batch size",
  l1: "L1",
  l2: "L2",
  ema: "EMA",
};

@customElement("ls-training-panel")
export class TrainingPanel extends Panel {
  static override styles = [
    shared,
    group,
    css`
      ls-schedule-shape {
        margin: var(--unit) 0;
      }
    `,
  ];

  protected override render() {
    if (!this.fields || !this.experiment) return html`<h2>Training</h2>`;
    const schedule = String(this.value("training.schedule.name"));
    return html`<section aria-labelledby="title" @setting=${this.set}>
      <h2 id="title">Training</h2>
      ${this.choice("optimizer")} ${this.slider("lr")} ${this.batch()} ${this.choice("loss")}
      ${this.choice("schedule.name", "schedule")}
      ${schedule === "constant" && !this.value("training.schedule.warmup") ? nothing : html`<ls-schedule-shape .source=${this.source}></ls-schedule-shape>`}
      ${scheduleSettings(schedule).map((name) => this.slider(`schedule.${name}`))}
      ${this.group(
        `${this.value("training.optimizer")}’s own`,
        optimizerSettings(String(this.value("training.optimizer"))),
      )}
      ${this.group("Penalties", ["l1", "l2", "label_smoothing"])}
      ${this.group("Gradient", ["clip_norm", "clip_value", "accumulate"])}
      ${this.group("Averaging, stopping", ["ema", "early_stopping", "steps", "epochs"])}
      ${this.group("Machine", ["device", "amp"])}
    </section>`;
  }

  private group(title: string, names: readonly string[]) {
    if (!names.length) return nothing;
    const moved = names
      .filter((name) => !this.usual(name))
      .map((name) => `${WORDS[name] ?? name.replaceAll("_", " ")} ${this.value(`training.${name}`)}`);
    return html`<details>
      <summary>${title}${moved.length ? html` <span class="moved">${moved.join(", ")}</span>` : nothing}</summary>
      ${names.map((name) => this.one(name))}
    </details>`;
  }

  private one(name: string) {
    if (SCALES[name]) return this.slider(name);
    const field = this.fields!.at(`training.${name}`);
    if (field.kind === "toggle")
      return html`<ls-toggle .field=${field} .value=${this.value(field.path)} .refused=${this.refused(name)} .over=${this.over(name)}></ls-toggle>`;
    return html`<ls-box .field=${field} .value=${this.value(field.path)} .refused=${this.refused(name)} .over=${this.over(name)} .empty=${field.nullable ? "not given" : ""}></ls-box>`;
  }

  private slider(name: string) {
    const field = this.fields!.at(`training.${name}`);
    return html`<ls-slider
      .field=${field}
      .label=${WORDS[name] ?? ""}
      .scale=${SCALES[name]!}
      .value=${this.value(field.path)}
      .refused=${this.refused(name)}
      .over=${this.over(name)}
    ></ls-slider>`;
  }

  private batch() {
    const field = this.fields!.at("training.batch_size");
    const scale: Scale = { by: "log", from: 1, to: 1024, powers: true, last: { value: "all", word: "all" } };
    return html`<ls-slider
      .field=${field}
      .scale=${scale}
      .value=${this.value(field.path)}
      .refused=${this.refused("batch_size")}
      .over=${this.over("batch_size")}
    ></ls-slider>`;
  }

  private choice(name: string, label = "") {
    const field = this.fields!.at(`training.${name}`);
    return html`<ls-choice
      .field=${field}
      .label=${label}
      .value=${this.value(field.path)}
      .refused=${this.refused(name)}
      .over=${this.over(name)}
    ></ls-choice>`;
  }

  private usual(name: string): boolean {
    const field = this.fields!.at(`training.${name}`);
    return JSON.stringify(field.usual) === JSON.stringify(this.value(field.path));
  }

  private refused(name: string): string {
    return this.changing.refused.get(`training.${name}`) ?? "";
  }

  private over(name: string): boolean {
    return this.changing.over(`training.${name}`);
  }
}
