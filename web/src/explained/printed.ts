/** A number as the explanations print it, in Python and here: four digits and a true minus. Computes nothing. */

const DIGITS = 4;

export function printed(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "−∞" : "∞";
  if (value === 0) return "0";
  const [head = "", power] = rounded(value).split("e");
  const exponent = Number(power);
  const text =
    exponent < -4 || exponent >= DIGITS
      ? `${trimmed(head)}e${exponent < 0 ? "−" : ""}${Math.abs(exponent)}`
      : trimmed(Number(`${head}e${power}`).toFixed(DIGITS - 1 - exponent));
  return text.replace("-", "−");
}

// Python rounds what lies in the middle to the even digit, and JavaScript away from zero
function rounded(value: number): string {
  const exact = value.toExponential(60);
  const middle = /^(-?\d\.\d{2}[02468])50*(e.*)$/.exec(exact);
  return middle ? `${middle[1]}${middle[2]}` : value.toExponential(DIGITS - 1);
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
