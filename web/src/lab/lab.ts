/** The lab's page: opens a session and lays out its panels. Draws no figure and knows no setting. */
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { type Heard, heard } from "../heard/heard";
import { shared } from "../look/shared";
import { live, open, Refused, understand } from "../wire/api";
import { LiveSource } from "../wire/live";
import type { Source } from "../wire/source";
import "./bottom";
import "./data-panel";
import "./notices";
import "./timeline";
import "./training-panel";
import "./transport";
import "../figures/network";
import "../figures/output";
import { layout } from "./layout";

const FIRST = "moons-mlp";

@customElement("ls-lab")
export class Lab extends LitElement {
  static override styles = [shared, layout];
  @state() private source: Source | null = null;
  @state() private failure = "";
  private memory: Heard | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  // a reload finds its session again by the address; a link carries the experiment
  private async begin(): Promise<void> {
    const asked = new URLSearchParams(location.hash.slice(1));
    try {
      const session = asked.get("session") ?? (await this.started(asked.get("x") ?? FIRST));
      this.source = new LiveSource(live(session));
      this.memory = heard(this.source);
    } catch (error) {
      this.failure = error instanceof Refused ? error.message : String(error);
    }
  }

  private async started(what: string): Promise<string> {
    const { experiment } = await understand(what);
    const { session } = await open([experiment]);
    history.replaceState(null, "", `#session=${session}`);
    return session;
  }

  protected override render() {
    if (this.failure) return html`<p class="trouble failure" role="alert">${this.failure}</p>`;
    if (!this.source) return html`<p class="soft failure" aria-live="polite">Starting PyTorch …</p>`;
    const { source } = this;
    const lanes = this.memory?.lanes.map((_, lane) => lane) ?? [0];
    return html`
      <ls-transport .source=${source}></ls-transport>
      <ls-notices .source=${source}></ls-notices>
      <main>
        <div class="side">
          <ls-data-panel .source=${source}></ls-data-panel>
          <ls-training-panel .source=${source}></ls-training-panel>
        </div>
        <div class="middle">
          ${repeat(lanes, (lane) => html`<ls-network .source=${source} .lane=${lane}></ls-network>`)}
        </div>
        <div class="right">
          ${repeat(lanes, (lane) => html`<ls-output .source=${source} .lane=${lane}></ls-output>`)}
        </div>
        <ls-bottom class="bottom" .source=${source}></ls-bottom>
      </main>
      <ls-timeline .source=${source}></ls-timeline>
      ${nothing}
    `;
  }
}
