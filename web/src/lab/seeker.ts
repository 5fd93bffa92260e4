/** Seeks one step at a time: a new one is asked for when the last is answered. Knows no slider. */
import type { Message, Source } from "../wire/source";

export class Seeker {
  private asked: number | null = null;
  private next: number | null = null;

  constructor(private readonly source: Source) {}

  /** The step that will be shown, where one is on its way. */
  get wanted(): number | null {
    return this.next ?? this.asked;
  }

  seek(step: number): void {
    if (this.asked !== null) this.next = step;
    else this.ask(step);
  }

  /** Hear every message; the answer to a seek is the state that stands at its step, or a refusal. */
  take(message: Message): void {
    if (this.asked === null) return;
    const answered =
      message.kind === "hello" ||
      (message.kind === "worker" && !message.alive) ||
      (message.kind === "refused" && message.do === "seek") ||
      (message.kind === "state" && message.status !== "seeking" && message.step === this.asked);
    if (!answered) return;
    const { next } = this;
    const same = next === this.asked;
    this.asked = this.next = null;
    if (next !== null && !same) this.ask(next);
  }

  private ask(step: number): void {
    this.asked = step;
    this.source.send({ do: "seek", step });
  }
}
