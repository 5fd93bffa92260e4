/** Which instruments the figures of a page draw now, asked of the source as one wish. */
import type { Source } from "../wire/source";

class Wishes {
  private readonly byFigure = new Map<object, readonly string[]>();
  private asked = "";
  private waiting = false;

  constructor(private readonly source: Source) {}

  set(figure: object, instruments: readonly string[]): void {
    if (instruments.length) this.byFigure.set(figure, instruments);
    else this.byFigure.delete(figure);
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => this.ask());
  }

  // what comes and goes in one turn of the page becomes one command
  private ask(): void {
    this.waiting = false;
    const instruments = [...new Set([...this.byFigure.values()].flat())].sort();
    const text = instruments.join();
    if (text === this.asked) return;
    this.asked = text;
    this.source.send({ do: "show", instruments });
  }
}

const wishes = new WeakMap<Source, Wishes>();

/** A figure draws these instruments from now on; none where it is gone. */
export function want(source: Source, figure: object, instruments: readonly string[]): void {
  const all = wishes.get(source) ?? new Wishes(source);
  wishes.set(source, all);
  all.set(figure, instruments);
}
