/** A sketch of a schedule's shape, 0 to 1 of the learning rate. A picture of a name: the numbers used are PyTorch's. */

const STEPS = 1000; // of an imagined run

/** Share of the learning rate at each of `points` places along a run. */
export function shapeOf(schedule: Record<string, unknown>, points: number): number[] {
  const one = course(schedule);
  const warmup = Math.min(STEPS / 2, Number(schedule.warmup ?? 0));
  const at = (step: number) =>
    step < warmup ? (step + 1) / (warmup + 1) : one(step - warmup, STEPS - warmup);
  return Array.from({ length: points }, (_, i) => at((i / Math.max(1, points - 1)) * STEPS));
}

function course(schedule: Record<string, unknown>): (step: number, of: number) => number {
  const [every, factor, final] = [Number(schedule.every), Number(schedule.factor), Number(schedule.final)];
  const peak = Number(schedule.peak_at);
  switch (schedule.name) {
    case "step":
      return (step) => factor ** Math.floor(step / every);
    case "exponential":
      return (step) => factor ** (step / every);
    case "linear":
      return (step, of) => 1 + (final - 1) * (step / of);
    case "cosine":
      return (step, of) => final + ((1 - final) * (1 + Math.cos((Math.PI * step) / of))) / 2;
    case "one-cycle":
      return (step, of) => hill(step / of, peak);
    case "plateau":
      return (step, of) => factor ** Math.floor((3 * step) / of); // three plateaus: when, only the loss can tell
    default:
      return () => 1;
  }
}

function hill(share: number, peak: number): number {
  const up = share < peak ? share / peak : 1 - (share - peak) / (1 - peak);
  return 0.04 + (0.96 * (1 - Math.cos(Math.PI * up))) / 2;
}
