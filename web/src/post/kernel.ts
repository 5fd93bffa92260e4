/** The reader's own Python behind a post: one connection, opened when the first cell is run. Draws nothing. */

export type State = "none" | "starting" | "idle" | "busy" | "dead";

export type Said =
  | { kind: "state"; state: Exclude<State, "none">; reason?: string }
  | { kind: "output"; cell: number; html: string }
  | { kind: "text"; cell: number; text: string; stream: "stdout" | "stderr" }
  | { kind: "clear"; cell: number }
  | { kind: "done"; cell: number; ok: boolean };

/** One that hears of a cell, or of the kernel itself. */
export type Hear = (said: Said) => void;

const LOST = "The connection to Python is lost. Run a cell to begin anew.";

export class Kernel {
  state: State = "none";
  reason = "";
  private socket: WebSocket | null = null;
  private readonly hearers = new Set<Hear>();

  constructor(
    private readonly address: string,
    private readonly connect: (address: string) => WebSocket = (address) => new WebSocket(address),
  ) {}

  on(hear: Hear): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  run(cell: number, code: string): void {
    this.send({ do: "run", cell, code });
  }

  interrupt(): void {
    if (this.socket) this.send({ do: "interrupt" });
  }

  restart(): void {
    if (this.socket) this.send({ do: "restart" });
  }

  private send(command: object): void {
    const text = JSON.stringify(command);
    const socket = this.socket ?? this.open();
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
    else socket.addEventListener("open", () => socket.send(text), { once: true });
  }

  private open(): WebSocket {
    const socket = this.connect(this.address);
    this.socket = socket;
    this.tell({ kind: "state", state: "starting" });
    socket.addEventListener("message", (event) => this.tell(JSON.parse(event.data as string) as Said));
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.tell({ kind: "state", state: "dead", reason: this.reason || event.reason || LOST });
    });
    return socket;
  }

  private tell(said: Said): void {
    if (said.kind === "state") {
      this.state = said.state;
      this.reason = said.reason ?? "";
    }
    for (const hear of this.hearers) hear(said);
  }
}

let mine: Kernel | null = null;

/** The kernel of the post that is open. */
export function kernel(): Kernel {
  mine ??= new Kernel(addressOf(number()));
  return mine;
}

/** The number of the post that is open. */
export function number(): string {
  return document.querySelector<HTMLElement>("[data-post]")?.dataset.post ?? "";
}

function addressOf(post: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/posts/${encodeURIComponent(post)}/kernel`;
}
