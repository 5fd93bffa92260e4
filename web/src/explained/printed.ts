/** A number as the explanations print it, in Python and here: four digits and a true minus. Computes nothing. */

const DIGITS = 4;

export function printed(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "−∞" : "∞";
  if (value === 0) return "0";
  const [head = "", power] = value.toExponential(DIGITS - 1).split("e");
  const exponent = Number(power);
  const text =
    exponent < -4 || exponent >= DIGITS
      ? `${trimmed(head)}e${exponent < 0 ? "−" : ""}${Math.abs(exponent)}`
      : trimmed(Number(`${head}e${power}`).toFixed(DIGITS - 1 - exponent));
  return text.replace("-", "−");
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
