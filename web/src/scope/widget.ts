/** The figure in a notebook, by anywidget: what is changed is trained in the kernel. Knows no server. */
import tokens from "../look/tokens.css?inline";
import type { ScopeData } from "./given";
import type { Kernel, Scope } from "./scope";
import "./scope";

/** What anywidget hands over of the Python object. */
interface Model {
  get(name: string): unknown;
  send(content: unknown): void;
  on(event: "msg:custom", hear: Hear): void;
  off(event: "msg:custom", hear: Hear): void;
}

type Hear = (content: Answer, buffers: DataView[]) => void;
type Answer = { readonly asked: number; readonly refused?: string };

const PAPER = "scope-paper";

function render({ model, el }: { model: Model; el: HTMLElement }): void {
  dress();
  const figure = document.createElement("ls-scope") as Scope;
  figure.data = model.get("data") as ScopeData;
  figure.replay = bytes(model.get("replay") as DataView);
  figure.kernel = new Asking(model);
  figure.classList.add(PAPER);
  // canvases read the page's own scheme; a notebook that names none is light
  const scheme = getComputedStyle(document.documentElement).colorScheme;
  figure.style.colorScheme = scheme === "normal" ? "light" : scheme;
  el.append(figure);
}

class Asking implements Kernel {
  private asked = 0;

  constructor(private readonly model: Model) {}

  change(settings: Readonly<Record<string, unknown>>): Promise<Uint8Array> {
    const asked = ++this.asked;
    return new Promise((resolve, reject) => {
      const hear: Hear = (answer, [replay]) => {
        if (answer.asked !== asked) return;
        this.model.off("msg:custom", hear);
        if (replay) resolve(bytes(replay));
        else reject(new Error(answer.refused));
      };
      this.model.on("msg:custom", hear);
      this.model.send({ do: "change", asked, settings });
    });
  }
}

const bytes = ({ buffer, byteOffset, byteLength }: DataView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

// the notebook's own page keeps its colours and margins: only our names for ours are added
function dress(): void {
  if (document.getElementById(PAPER)) return;
  const variables = [...tokens.matchAll(/(--[\w-]+):\s*([^;{}]+);?/g)].filter(
    ([, , value]) => value !== "0ms",
  );
  const style = document.createElement("style");
  style.id = PAPER;
  const all = variables.map(([, name, value]) => `${name}:${value}`).join(";");
  style.textContent = `:root{${all}} .${PAPER}{background:var(--paper);padding:12px}`;
  document.head.append(style);
}

export default { render };
