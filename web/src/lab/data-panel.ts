/** What is learned from: dataset, its rows, the inputs made of them. People's own data is `own-data`'s. */
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import "../controls/box";
import "../controls/chips";
import "../controls/choice";
import "../controls/slider";
import { explain } from "../controls/control";
import type { Scale } from "../controls/scale";
import { shared } from "../look/shared";
import { generated } from "./along";
import { group } from "./group";
import "./own-data";
import type { OwnData } from "./own-data";
import type { Pressed } from "./own-points";
import { Panel } from "./panel";
import "./seeds";
import "./thumbnail";
import { type Picture, picture } from "./thumbnail";
import { usualNoise } from "./usual-noise";

const OWN = ["points", "table", "text"];
const MANY = 12; // raw columns; more are not offered one by one
const PAIRS = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"];
const SINGLE = ["x", "x^2", "x^3", "sin(x)", "cos(x)"];
const SCALES: Record<string, Scale> = {
  samples: { by: "log", from: 10, to: 5000, whole: true, first: { value: null, word: "usual" } },
  noise: { by: "linear", from: 0, to: 1 },
  test_fraction: { by: "linear", from: 0, to: 0.9 },
};

@customElement("ls-data-panel")
export class DataPanel extends Panel {
  static override styles = [
    shared,
    group,
    css`
      .pictures {
        display: grid;
        gap: var(--unit);
        grid-template-columns: repeat(8, minmax(0, 1fr));
      }
      .pictures button {
        background: none;
        border-color: transparent;
        min-height: 0;
        outline-offset: 0;
        padding: 1px;
      }
      .pictures button:hover {
        border-color: var(--rule);
      }
      .pictures button[aria-checked="true"] {
        border-color: var(--ink);
      }
      @media (max-width: 900px) {
        .pictures {
          gap: calc(2 * var(--unit));
        }
      }
      .phone {
        display: none;
      }
      @media (max-width: 900px) {
        .phone {
          display: block;
          margin: calc(2 * var(--unit)) 0;
        }
      }
      .about {
        color: var(--ink-soft);
        font-size: var(--tiny);
        margin: var(--unit) 0;
        min-height: 2.1rem;
      }
      .about strong {
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];
  @state() private about: Picture | null = null;
  private asked = "";

  /** A place in the output figure was pressed; taken where own points are being set. */
  point(pressed: Pressed): void {
    this.renderRoot.querySelector<OwnData>("ls-own-data")?.point(pressed);
  }

  protected override willUpdate(): void {
    super.willUpdate();
    const name = String(this.value("data.name"));
    if (!this.source || !this.experiment || name === this.asked) return;
    this.asked = name;
    void picture(name).then(
      (about) => (this.about = about),
      () => undefined,
    );
  }

  protected override render() {
    if (!this.fields || !this.experiment) return html`<h2>Data</h2>`;
    const name = String(this.value("data.name"));
    return html`<section aria-labelledby="title" @setting=${this.set}>
      <h2 id="title">Data</h2>
      ${this.pictures(name)}
      <p class="about"><strong>${name}</strong> ${this.about?.name === name ? this.about.summary : ""}</p>
      ${name === "formula" ? this.formula() : nothing}
      ${generated(name) ? this.noise(name) : nothing}
      ${name === "text" ? nothing : html`${this.slider("samples")} ${this.slider("test_fraction", "test share")} ${this.features()} ${this.scale()}`}
      <ls-seeds class="phone" .source=${this.source}></ls-seeds>
      <ls-own-data .source=${this.source}></ls-own-data>
    </section>`;
  }

  private pictures(chosen: string) {
    const names = this.fields!.at("data.name").choices.filter((name) => !OWN.includes(name));
    return html`<div class="pictures" role="radiogroup" aria-label="dataset" @keydown=${this.moved}>
      ${names.map(
        (name) => html`<button
          role="radio"
          aria-checked=${name === chosen}
          aria-label=${name}
          tabindex=${name === chosen || (OWN.includes(chosen) && name === names[0]) ? 0 : -1}
          @click=${() => this.choose(name)}
          @pointerenter=${(event: Event) => void this.tell(event.target!, name)}
          @pointerleave=${(event: Event) => explain(event.target!, "")}
        >
          <ls-thumbnail .name=${name}></ls-thumbnail>
        </button>`,
      )}
    </div>`;
  }

  private async tell(from: EventTarget, name: string): Promise<void> {
    const about = await picture(name).catch(() => null);
    explain(from, `${name}: ${about?.summary ?? ""}. Choosing it starts over.`);
  }

  private choose(name: string): void {
    if (name !== this.value("data.name")) this.changing.set("data.name", name, true);
  }

  // arrows move the focus only: choosing starts over, so it wants a press of its own
  private moved(event: KeyboardEvent): void {
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>("[role=radio]")];
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    all[(all.indexOf(event.target as HTMLElement) + by + all.length) % all.length]?.focus();
  }

  private features() {
    const { offered, usual } = featuresOf((this.heard.lane().state?.facts.raw_inputs as string[]) ?? []);
    const field = this.fields!.at("data.features");
    return html`<ls-chips
      .field=${field}
      .label=${"inputs"}
      .offered=${offered}
      .usual=${usual}
      .own=${"own formula"}
      .value=${this.value(field.path)}
      .refused=${this.refused("features")}
      .over=${this.changing.over(field.path)}
    ></ls-chips>`;
  }

  private formula() {
    const field = this.fields!.at("data.formula");
    return html`<ls-box .field=${field} .label=${"y ="} .value=${this.value(field.path)} .refused=${this.refused("formula")} .over=${true}></ls-box>`;
  }

  private scale() {
    const field = this.fields!.at("data.scale");
    return html`<ls-choice .field=${field} .value=${this.value(field.path)} .refused=${this.refused("scale")} .over=${this.changing.over(field.path)}></ls-choice>`;
  }

  // where none is asked for, the number that it stands for
  private noise(dataset: string) {
    const usual = usualNoise(dataset);
    const field = this.fields!.at("data.noise");
    const help = `${field.help}: ${usual} for ${dataset}, again where the box is emptied`;
    return this.slider("noise", "", { ...field, help }, this.value(field.path) ?? usual);
  }

  private slider(
    name: string,
    label = "",
    field = this.fields!.at(`data.${name}`),
    value = this.value(field.path),
  ) {
    return html`<ls-slider
      .field=${field}
      .label=${label}
      .scale=${SCALES[name]!}
      .value=${value}
      .refused=${this.refused(name)}
      .over=${this.changing.over(field.path)}
    ></ls-slider>`;
  }

  private refused(name: string): string {
    return this.changing.refused.get(`data.${name}`) ?? "";
  }
}

/** Which inputs are offered, and which are taken where none are chosen: all raw columns. */
export function featuresOf(raw: readonly string[]): { offered: readonly string[]; usual: readonly string[] } {
  if (raw.length === 1) return { offered: [raw[0]!, ...SINGLE.slice(1)], usual: raw };
  if (raw.join() === "x1,x2") return { offered: PAIRS, usual: raw };
  return raw.length <= MANY ? { offered: raw, usual: raw } : { offered: [], usual: [] };
}
