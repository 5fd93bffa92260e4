/** A source over one WebSocket that finds its way back after a lost connection. Draws nothing. */
import { decode } from "@msgpack/msgpack";
import type { Command } from "../generated/wire";
import { ask } from "./api";
import { revive } from "./arrays";
import type { Curve, Message, Place, Source } from "./source";

const NAMES_MS = 2000; // what a run records is asked for once for all series of a figure
const PATIENCE_MS = [100, 300, 1000, 3000];

interface Recorded {
  readonly series: readonly string[];
  readonly facts: { readonly from?: Place };
}

export class LiveSource implements Source {
  private readonly hearers = new Set<(message: Message) => void>();
  private readonly waiting: Command[] = [];
  private socket: WebSocket | null = null;
  private seen = 0;
  private failures = 0;
  private closed = false;
  private readonly drawn = new MessageChannel(); // its messages come when a frame's draws are done
  private shown = 0;
  private due = 0;
  private readonly known = new Map<string, { at: number; run: Promise<Recorded> }>();

  constructor(private readonly address: string) {
    this.drawn.port1.onmessage = () => this.tellDrawn();
    this.connect();
  }

  subscribe(hear: (message: Message) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  send(command: Command): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
    else this.waiting.push(command);
  }

  // asking for a series that nobody recorded would be an error in the browser's console
  async past(run: string, series: string, between?: readonly [number, number]): Promise<Curve> {
    const { series: known, facts } = await this.recorded(run);
    const asked = `${encodeURIComponent(run)}/series?name=${encodeURIComponent(series)}&points=2000`;
    const address = `runs/${asked}${between ? `&first=${between[0]}&last=${between[1]}` : ""}`;
    const curve = known.includes(series) ? await ask<Curve>(address) : { steps: [], values: [] };
    return { ...curve, from: facts.from };
  }

  private async recorded(run: string): Promise<Recorded> {
    const known = this.known.get(run);
    if (known && Date.now() - known.at < NAMES_MS) return known.run;
    const asked = ask<Recorded>(`runs/${encodeURIComponent(run)}`);
    this.known.set(run, { at: Date.now(), run: asked });
    return asked;
  }

  close(): void {
    this.closed = true;
    this.drawn.port1.close();
    this.socket?.close();
  }

  private connect(): void {
    // a page that has seen nothing begins anew: to be told a whole session again would play it all before its eyes
    const socket = new WebSocket(this.seen ? `${this.address}?after=${this.seen}` : this.address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => this.heard(event.data as ArrayBuffer);
    socket.onclose = (event) => this.lost(event.reason);
    this.socket = socket;
  }

  private opened(socket: WebSocket): void {
    this.failures = 0;
    this.say({ kind: "connection", open: true, reason: "", seq: this.seen });
    for (const command of this.waiting.splice(0)) socket.send(JSON.stringify(command));
  }

  private heard(data: ArrayBuffer): void {
    const message = revive(decode(new Uint8Array(data))) as Message;
    this.seen = message.seq;
    this.say(message);
    if (message.kind === "events") this.acknowledge(message.seq);
  }

  // after all draws of its frame, so that a slow page is sent no more than it can show
  private acknowledge(seq: number): void {
    this.shown = seq;
    if (document.hidden) this.drawn.port2.postMessage(null);
    else this.due ||= requestAnimationFrame(() => this.drawn.port2.postMessage(null));
  }

  private tellDrawn(): void {
    this.due = 0;
    this.send({ do: "drawn", seq: this.shown });
  }

  private lost(reason: string): void {
    if (this.closed) return;
    this.say({
      kind: "connection",
      open: false,
      reason: reason || "the server does not answer",
      seq: this.seen,
    });
    const wait = PATIENCE_MS[Math.min(this.failures++, PATIENCE_MS.length - 1)]!;
    setTimeout(() => this.connect(), wait);
  }

  private say(message: Message): void {
    for (const hear of this.hearers) hear(message);
  }
}
