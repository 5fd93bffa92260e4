/** The bar at the top: which experiment, how time runs, and what is shared. Trains and draws nothing. */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { icon } from "../controls/icons";
import "../controls/menu";
import { shared } from "../look/shared";
import { type Preset, presets } from "../wire/api";
import type { Message, SessionState } from "../wire/source";
import { toShare } from "./address";
import { Panel } from "./panel";
import "./seeds";
import "./pace";
import { nextTheme, theme } from "./theme";
import { bar } from "./transport-style";

const COPIED_MS = 2000;

@customElement("ls-transport")
export class Transport extends Panel {
  static override styles = [shared, bar];
  @state() private known: readonly Preset[] = [];
  @state() private copied = "";

  protected override concerns(message: Message): boolean {
    return super.concerns(message) || message.kind === "state" || message.kind === "worker";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void presets().then(
      (all) => (this.known = all),
      () => undefined,
    );
  }

  protected override render() {
    const state = this.heard.state;
    return html`<header class="bar">
      <div class="what">
        <h1 class="brand"><a href="index.html">loopscope</a></h1>
        <ls-menu
          label="experiment"
          .text=${this.experiment?.name || "experiment"}
          .items=${this.known.map(({ name, summary }) => ({ name, text: summary }))}
          @chosen=${(event: CustomEvent<string>) => this.choose(event.detail)}
        ></ls-menu>
      </div>
      <div class="time">
        ${this.buttons(state)}
        <ls-pace .source=${this.source}></ls-pace>
        ${this.figures(state)}
      </div>
      <ls-seeds .source=${this.source}></ls-seeds>
      <nav class="end" aria-label="views and sharing">${this.ends()}</nav>
    </header>`;
  }

  private buttons(state: SessionState | null) {
    const off = !state || state.status === "dead" || state.status === "starting";
    const playing = state?.playing ?? false;
    const by = (by: "phase" | "batch" | "epoch") => () => this.source.send({ do: "advance", by });
    return html`<span class="buttons" role="group" aria-label="play and step">
      <button class="quiet" ?disabled=${off} aria-label="reset to the same initial weights" title="reset: the same initial weights (r)" @click=${() => this.source.send({ do: "reset" })}>${icon("reset")}</button>
      <button class="quiet" ?disabled=${off} aria-label="new initial weights" title="new initial weights (n)" @click=${() => this.source.send({ do: "reset", new_weights: true })}>${icon("dice")}</button>
      <button class="play" ?disabled=${off || state?.status === "finished" || state?.status === "diverged"} aria-label=${playing ? "pause" : "play"} title="${playing ? "pause" : "play"} (space)" @click=${() => this.source.send({ do: playing ? "pause" : "play" })}>${icon(playing ? "pause" : "play")}</button>
      <button ?disabled=${off} title="one phase of the loop (.)" @click=${by("phase")}>phase${icon("on")}</button>
      <button ?disabled=${off} title="one batch (→)" @click=${by("batch")}>batch${icon("on")}</button>
      <button ?disabled=${off} title="one epoch (shift →)" @click=${by("epoch")}>epoch${icon("on")}</button>
    </span>`;
  }

  private figures(state: SessionState | null) {
    return html`<dl class="figures">
      <div><dt>step</dt><dd class="w8">${(state?.step ?? 0).toLocaleString("en")}</dd></div>
      <div><dt>epoch</dt><dd class="w6">${(state?.epoch ?? 0).toLocaleString("en")}</dd></div>
      <div><dt>steps/s</dt><dd class="w6">${state?.playing ? Math.round(state.steps_per_second).toLocaleString("en") : "–"}</dd></div>
    </dl>`;
  }

  private ends() {
    const dress = theme();
    return html`
      <a href="#view=runs" class="go">Runs</a>
      <a href="#view=compare" class="go">Compare</a>
      <a href="#view=sweep" class="go">Sweep</a>
      <button class="quiet" aria-label="copy a link to this experiment" title="copy a link to this experiment" @click=${this.share}>${icon("link")}</button>
      <button class="quiet" aria-label="theme: ${dress}" title="theme: ${dress}" @click=${() => {
        nextTheme();
        this.requestUpdate();
      }}>${icon(dress)}</button>
      <button class="quiet" aria-label="help" title="help (?)" @click=${() => this.dispatchEvent(new CustomEvent("help", { bubbles: true, composed: true }))}>?</button>
      <span class="copied" role="status">${this.copied}</span>`;
  }

  private choose(name: string): void {
    const chosen = this.known.find((preset) => preset.name === name);
    if (chosen) this.changing.start([chosen.experiment], `${name}: ${chosen.summary}`);
  }

  private share = async (): Promise<void> => {
    const links = this.heard.lanes.flatMap(({ state }) => (state ? [state.link] : []));
    if (!links.length) return;
    const address = toShare(location.href, links);
    try {
      await navigator.clipboard.writeText(address);
      this.copied = "link copied";
    } catch {
      this.copied = "not copied: your browser does not allow it";
      prompt("The link to this experiment", address);
    }
    setTimeout(() => (this.copied = ""), COPIED_MS);
  };
}
