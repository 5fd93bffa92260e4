/** Numbers and times of runs as short words of even width. Knows no run. */

/** When, as shortly as it is clear from `now`: 13:35:52 today, 21 Nov 13:35 this year, else 2025-11-21. */
export function when(seconds: number, now = new Date()): string {
  const then = new Date(seconds * 1000);
  if (then.toDateString() === now.toDateString()) return then.toLocaleTimeString("en-GB");
  if (then.getFullYear() !== now.getFullYear()) return then.toISOString().slice(0, 10);
  const day = then.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  return `${day} ${then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

/** How long: 1.7 s, 2 min 5 s, 3 h 12 min. */
export function lasted(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A figure in five digits, in powers of ten where it is very small or large. */
export function figure(value: number | null | undefined): string {
  if (value === undefined || value === null) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
  const digits = Math.max(1, Math.floor(Math.log10(size || 1)) + 1);
  return value.toFixed(Math.max(0, 5 - digits));
}

export const count = (value: number) => value.toLocaleString("en");

/** Status as a sign beside its word, so that it is told without colour too. */
export const SIGNS: Readonly<Record<string, string>> = {
  running: "●",
  finished: "✓",
  stopped: "■",
  diverged: "✕",
  failed: "✕",
  interrupted: "○",
};
export const isTrouble = (status: string) => status === "diverged" || status === "failed";
