/** Axes: what range to show, where ticks stand, how numbers are written. Knows no canvas. */

export type Range = readonly [low: number, high: number];

const NARROWEST = 0.005; // of the values' own size

/** The range that shows `low … high` with a little room; on a log scale whole fractions of a decade. */
export function extent(low: number | null, high: number | null, log = false): Range {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high))
    return log ? [0.1, 1] : [0, 1];
  if (log) return logExtent(low, high);
  // what hardly moves is drawn so: a frame as narrow as itself would have it leap
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= NARROWEST * size) {
    const room = size * 0.1 || 0.5;
    return [low - room, high + room];
  }
  const room = (high - low) * 0.05;
  const touchesZero = low >= 0 && low <= (high - low) * 0.5; // near zero, zero belongs to the picture
  return [touchesZero ? 0 : low - room, high + room];
}

function logExtent(low: number, high: number): Range {
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const room = Math.max((b - a) * 0.05, 0.1);
  return [10 ** (a - room), 10 ** (b + room)];
}

/** About `count` round numbers within a range. */
export function ticks([low, high]: Range, count: number, log = false): number[] {
  if (!(high > low)) return [low];
  if (log) return logTicks(low, high, count);
  const step = round((high - low) / Math.max(1, count));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i) => Number(((first + i) * step).toPrecision(12)), // 3 × 0.1 is no round number
  );
}

function logTicks(low: number, high: number, count: number): number[] {
  const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const decades = b - a + 1;
  if (decades < 2 && high / low < 10) return ticks([low, high], count);
  const each = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const within = decades <= count / 2 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = a - 1; power <= b; power++)
    if (within.length > 1 || (power - a) % each === 0)
      for (const digit of within) found.push(Number(`${digit}e${power}`));
  return found.filter((tick) => tick >= low && tick <= high);
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function round(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return digit * power;
}

/** Where a value stands in a range, 0 to 1. */
export function place(value: number, [low, high]: Range, log = false): number {
  if (!log) return (value - low) / (high - low);
  return Math.log(value / low) / Math.log(high / low);
}

/** A number to be read: `digits` significant figures, powers of ten where it is very small or large. */
export function figures(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const plain =
    size >= 10 ** Math.max(5, digits) || size < 1e-3
      ? value.toExponential(Math.min(2, digits - 1))
      : value.toPrecision(digits);
  return (plain.includes("e+") && size < 1e6 ? String(Math.round(value)) : plain)
    .replace("e+", "e")
    .replace(/-/g, "−");
}

/** A tick's number: as short as it can be said. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e6 || size < 1e-3)
    return trimmed(value.toExponential(2)).replace("e+", "e").replace(/-/g, "−");
  if (size >= 1e4) return `${trimmed((value / 1000).toPrecision(4))}k`.replace("-", "−");
  return trimmed(value.toPrecision(6)).replace("-", "−");
}

function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
}
