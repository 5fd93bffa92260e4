/** The noise that a dataset has where none is asked for. Draws nothing; a test holds it to what the Python side says. */

const NOISE: Record<string, number> = {
  moons: 0.2,
  circles: 0.1,
  xor: 0.05,
  gaussians: 0.25,
  spiral: 0.03,
  line: 0.2,
  sine: 0.1,
  sawtooth: 0.05,
  plane: 0.1,
  bumps: 0.05,
  formula: 0,
};

/** Null where a dataset is not generated, and so has none to be set. */
export const usualNoise = (dataset: string): number | null => NOISE[dataset] ?? null;
