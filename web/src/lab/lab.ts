/** The lab's page: opens a session and lays out its panels. Draws no figure and knows no setting. */
import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { heard } from "../heard/heard";
import { shared } from "../look/shared";
import { Refused } from "../wire/api";
import type { LiveSource } from "../wire/live";
import "./bottom";
import "./data-panel";
import "./divider";
import "./help";
import "./lanes";
import "./notices";
import "./timeline";
import "./training-panel";
import "./transport";
import { notLoaded } from "../figures/figure";
import "../figures/network";
import "../figures/output";
import { read, write } from "./address";
import { changing } from "./changing";
import type { DataPanel } from "./data-panel";
import { kept, USUAL } from "./divider";
import type { Help } from "./help";
import { meaning, taken } from "./keys";
import { layout } from "./layout";
import type { Notices } from "./notices";
import type { Pressed } from "./own-points";
import { meant, PageSession } from "./session";
import { remember, remembered } from "./theme";
import { type Tour, within } from "./tour";
import { VIEWS } from "./views";

const BELOW = "loopscope.below";
const FIRST_PACE = 60; // a batch a frame: the boundary bends before one's eyes, and not before one has looked

@customElement("ls-lab")
export class Lab extends LitElement {
  static override styles = [shared, layout];
  @state() private failure = "";
  @state() private view: string | null = null;
  @state() private missing = false; // the view's own files did not come
  @state() private lane = 0; // the one of several that is shown
  @state() private share = kept(Number(remembered(BELOW) || USUAL)); // per cent of the height, for the views below
  @query("ls-help") private help!: Help;
  @query("ls-tour") private tour!: Tour;
  private byKeyboard = true; // whether the focus came where it is by keyboard
  private begun: Promise<void> = Promise.resolve();
  private readonly session = new PageSession(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("pointerdown", this.touched);
    addEventListener("hashchange", this.moved);
    this.addEventListener("explain", this.explained as EventListener);
    this.addEventListener("point", this.pointed as EventListener);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("pointerdown", this.touched);
    removeEventListener("hashchange", this.moved);
  }

  private begin(): Promise<void> {
    this.begun = this.beginning();
    return this.begun;
  }

  private async beginning(): Promise<void> {
    this.failure = "";
    try {
      await this.session.begin();
      await this.open(read(location.hash).view);
      if (this.session.fresh && !this.view) this.playFirst();
      await this.updateComplete;
      this.tour.find = (path) => within(this.renderRoot, path);
      if (!this.view) this.tour.begin();
    } catch (error) {
      this.failure = error instanceof Refused ? error.message : String(error);
    }
  }

  protected override render() {
    if (this.failure) return this.failed();
    const { source } = this.session;
    if (!source) return html`<p class="soft failure" role="status">Starting PyTorch …</p>`;
    // another session is another memory: nothing drawn of the old one may stay
    return keyed(source, this.shell(source));
  }

  private shell(source: LiveSource) {
    return html`
      <ls-transport .source=${source} @help=${() => this.help.show()}></ls-transport>
      <ls-notices role="region" aria-label="notices" .source=${source}></ls-notices>
      ${this.view ? this.beside(source, this.view) : this.panels(source)}
      <ls-timeline role="region" aria-label="timeline" .source=${source}></ls-timeline>
      <ls-help @tour=${() => this.tour.begin(true)}></ls-help>
      <ls-tour></ls-tour>
    `;
  }

  private panels(source: LiveSource) {
    const several = heard(source).lanes.length > 1;
    const lane = Math.max(0, Math.min(this.lane, heard(source).lanes.length - 1)); // none yet: the first
    return html`<main .style=${`--below: ${this.share}%`}>
      <div class="side">
        <ls-data-panel .source=${source}></ls-data-panel>
        <ls-training-panel .source=${source}></ls-training-panel>
      </div>
      <div class="middle">
        ${several ? html`<ls-lanes .source=${source} .lane=${lane} @lane=${this.chosen}></ls-lanes>` : nothing}
        ${keyed(lane, html`<ls-network .source=${source} .lane=${lane}></ls-network>`)}
      </div>
      <div class="right">${keyed(lane, html`<ls-output .source=${source} .lane=${lane}></ls-output>`)}</div>
      <ls-bottom class="bottom" .source=${source} .lane=${lane}></ls-bottom>
      <ls-divider .share=${this.share} @share=${this.divided}></ls-divider>
    </main>`;
  }

  private readonly divided = (event: CustomEvent<number>): void => {
    this.share = event.detail;
    remember(BELOW, String(this.share));
  };

  private readonly chosen = (event: CustomEvent<number>): void => {
    this.lane = event.detail;
  };

  private beside(source: LiveSource, name: string) {
    const view = VIEWS.get(name);
    if (!view) return nothing;
    const tag = unsafeStatic(view.tag);
    return html`<main class="whole" aria-label=${view.title}>
      <a class="back" href=${this.session.address(null)}>← back to the lab</a>
      ${this.missing ? this.reload(view.title) : staticHtml`<${tag} .source=${source}></${tag}>`}
    </main>`;
  }

  private reload(title: string) {
    return html`<p class="trouble" role="alert">
      ${notLoaded(`view “${title}”`)} <button @click=${() => location.reload()}>Reload</button>
    </p>`;
  }

  private failed() {
    return html`<div class="failure">
      <p class="trouble" role="alert">${this.failure}</p>
      <button @click=${() => this.begin()}>Try again</button>
      <button @click=${() => this.afresh()}>Begin with the first example</button>
    </div>`;
  }

  private afresh(): void {
    history.replaceState(null, "", "#");
    void this.begin();
  }

  private async open(name: string | null): Promise<void> {
    const view = name ? VIEWS.get(name) : undefined;
    this.missing = await (view?.load() ?? Promise.resolve()).then(
      () => false,
      () => true,
    );
    this.view = view ? name : null;
  }

  // whoever opens the page with nothing in mind sees a model learn; what was asked for waits for a hand
  private playFirst(): void {
    const { source } = this.session;
    if (!source || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const stop = heard(source).on((message) => {
      if (message.kind !== "events") return;
      stop();
      requestAnimationFrame(() => {
        source.send({ do: "speed", steps_per_second: FIRST_PACE });
        source.send({ do: "play" });
      });
    });
  }

  // a view was asked for, or a link was pasted over the address of an open page
  private readonly moved = async (): Promise<void> => {
    const asked = read(location.hash);
    await this.begun; // what was asked for first is answered first
    const { source } = this.session;
    if (!source || this.session.isOther(asked)) {
      history.replaceState(null, "", write(asked));
      return this.begin();
    }
    history.replaceState(null, "", this.session.address(asked.view));
    await this.open(asked.view);
    if (!asked.what.length || asked.session) return;
    try {
      const experiments = await meant(asked.what);
      const names = experiments.map(({ name }) => name || "the experiment of the link");
      changing(source).start(experiments, `Started ${names.join(", ")}.`);
    } catch (error) {
      this.failure = error instanceof Refused ? error.message : String(error);
    }
  };

  // a button that was clicked keeps the focus, but space plays: only who came to it by keyboard presses it by space
  private readonly touched = (): void => {
    this.byKeyboard = false;
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    const { source } = this.session;
    this.byKeyboard ||= event.key === "Tab";
    if (event.defaultPrevented || taken(event.composedPath(), event.key, this.byKeyboard)) return;
    const meant = meaning(event, source && heard(source).state);
    if (!meant) return;
    event.preventDefault(); // also where there is no session yet: the page must not scroll away
    if (!source) return;
    if ("help" in meant) this.help.show();
    else if (!event.repeat || meant.command.do !== "reset") source.send(meant.command);
  };

  private readonly explained = (event: CustomEvent<string>): void => {
    const notices = this.renderRoot.querySelector<Notices>("ls-notices");
    if (notices) notices.help = event.detail;
  };

  private readonly pointed = (event: CustomEvent<Pressed>): void => {
    this.renderRoot.querySelector<DataPanel>("ls-data-panel")?.point(event.detail);
  };
}
