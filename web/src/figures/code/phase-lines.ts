/** Which phase of the loop a line of a script is. Parses nothing: it knows the words that PyTorch has for them. */
import type { PhaseName } from "../../wire/source";

const WORDS: readonly [PhaseName, RegExp][] = [
  ["zero_grad", /\boptimizer\.zero_grad\(/],
  ["forward", /\boutputs = .*model\(/],
  ["loss", /^\s*loss = .*criterion\(/],
  ["backward", /\.backward\(/],
  ["clip", /\bclip_grad_(norm|value)_\(/],
  ["step", /\b(optimizer|scaler)\.step\(/],
  ["schedule", /\bscheduler\.step\(/],
];

export function phaseOf(line: string): PhaseName | null {
  if (/^\s*(#|def )/.test(line)) return null;
  return WORDS.find(([, words]) => words.test(line))?.[0] ?? null;
}
