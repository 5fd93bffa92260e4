/** Five steps around the page on the first visit. Can be left at any time, and is not shown again. */
import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { shared } from "../look/shared";
import { remember, remembered } from "./theme";

const KEY = "loopscope.tour";
const EDGE = 16;

const TIME = "ls-transport .time"; // stands at the bottom of a phone, over everything
const ROOM = 6; // between what is pointed at and the ring around it

/** Where a step points to, and what it says. */
const STEPS = [
  [
    TIME,
    "Play and pause, also with space. One tick is one batch: forward, loss, backward, step. The buttons beside it take a single phase, batch or epoch.",
  ],
  [
    "ls-data-panel",
    "What is learned from. Choose a picture, add noise, or set your own points. A control with ↺ starts the run over, and says so.",
  ],
  [
    "ls-network",
    "The model, unit by unit: each picture is what that unit says about the inputs, each line a weight. Point at one to read its gradient.",
  ],
  [
    "ls-training-panel",
    "How it learns. Most of this changes while it trains, and leaves a mark on the loss.",
  ],
  [
    "ls-timeline",
    "Every step so far. Drag back to look at any of them, then press play to go on from there.",
  ],
] as const;

@customElement("ls-tour")
export class Tour extends LitElement {
  static override styles = [
    shared,
    css`
      .card {
        background: var(--raised);
        border: 1px solid var(--ink);
        border-radius: 3px;
        padding: calc(4 * var(--unit));
        position: fixed;
        width: min(22rem, calc(100vw - 32px));
        z-index: 20;
      }
      .ring {
        box-sizing: border-box;
        border: 2px solid var(--ink);
        border-radius: 3px;
        pointer-events: none;
        position: fixed;
        z-index: 19;
      }
      p {
        margin: 0 0 calc(3 * var(--unit));
      }
      .row {
        align-items: center;
        display: flex;
        gap: calc(2 * var(--unit));
      }
      .row .soft {
        flex: 1;
      }
    `,
  ];
  /** Finds the element that a step points to. */
  find: (selector: string) => Element | null = () => null;
  @state() private at = -1;
  private readonly placing = () => this.place();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("resize", this.placing);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("resize", this.placing);
  }

  /** Begin, unless it was seen before; `again` begins in any case. */
  begin(again = false): void {
    if (!again && remembered(KEY)) return;
    this.at = 0;
  }

  protected override render() {
    const step = STEPS[this.at];
    if (!step) return nothing;
    const last = this.at === STEPS.length - 1;
    return html`<div class="ring" aria-hidden="true"></div>
      <div class="card" role="dialog" aria-label="tour" @keydown=${this.pressed}>
        <p id="text" aria-live="polite">${step[1]}</p>
        <div class="row">
          <span class="soft">${this.at + 1} of ${STEPS.length}</span>
          ${last ? nothing : html`<button @click=${this.end}>Skip</button>`}
          <button class="next" @click=${last ? this.end : () => this.at++}>${last ? "Done" : "Next"}</button>
        </div>
      </div>`;
  }

  protected override updated(): void {
    if (this.at < 0) return;
    this.place();
    this.renderRoot.querySelector<HTMLElement>(".next")?.focus({ preventScroll: true });
  }

  private end = (): void => {
    this.at = -1;
    remember(KEY, "seen");
  };

  private pressed(event: KeyboardEvent): void {
    event.stopPropagation(); // the page's own keys wait
    if (event.key === "Escape") this.end();
    if (event.key === "ArrowRight" && this.at < STEPS.length - 1) this.at++;
    if (event.key === "ArrowLeft" && this.at > 0) this.at--;
  }

  private place(): void {
    const step = STEPS[this.at];
    const target = step && this.find(step[0]);
    const card = this.renderRoot.querySelector<HTMLElement>(".card");
    const ring = this.renderRoot.querySelector<HTMLElement>(".ring");
    if (!target || !card || !ring) return;
    const screen = { width: innerWidth, height: this.floor(step[0]) };
    const before = target.getBoundingClientRect();
    if (before.top < 0 || before.bottom > screen.height) target.scrollIntoView({ block: "start" });
    const box = target.getBoundingClientRect();
    const { left, top } = beside(box, card.getBoundingClientRect(), screen);
    Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
    const [x, y] = [Math.max(2, box.left - ROOM), Math.max(2, box.top - ROOM)];
    const right = Math.min(screen.width - 2, box.right + ROOM);
    const bottom = Math.min(screen.height - 2, box.bottom + ROOM);
    Object.assign(ring.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${right - x}px`,
      height: `${bottom - y}px`,
    });
  }

  // what stands over the lower end of the page hides what one should see
  private floor(path: string): number {
    const bar = path === TIME ? null : this.find(TIME)?.getBoundingClientRect();
    return bar && bar.bottom >= innerHeight - 1 && bar.top > innerHeight / 2 ? bar.top : innerHeight;
  }
}

/** The element of a path that leads into elements: each part is sought within the one before. */
export function within(root: ParentNode, path: string): Element | null {
  let at: Element | null = null;
  let inside: ParentNode | null = root;
  for (const selector of path.split(" ")) {
    at = inside?.querySelector(selector) ?? null;
    inside = at?.shadowRoot ?? at;
  }
  return at;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place for a card beside a box: below it, above it, right of it, or over its lower corner; always on the screen. */
export function beside(box: DOMRect, card: Size, screen: Size): { left: number; top: number } {
  const fit = (at: number, size: number, room: number) => Math.max(EDGE, Math.min(at, room - size - EDGE));
  const left = fit(box.left, card.width, screen.width);
  if (box.bottom + EDGE + card.height < screen.height) return { left, top: box.bottom + EDGE };
  if (box.top - EDGE - card.height > 0) return { left, top: box.top - EDGE - card.height };
  if (box.right + EDGE + card.width < screen.width)
    return { left: box.right + EDGE, top: fit(box.top + EDGE, card.height, screen.height) };
  // over its lower end: what it begins with is seen
  return {
    left: fit(box.right - card.width - EDGE, card.width, screen.width),
    top: fit(box.bottom, card.height, screen.height),
  };
}
