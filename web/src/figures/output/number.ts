/** Numbers as text of one width, so that nothing jumps as they change. */

/** Of six places at the most, besides the sign: "0.0631", "−12.346", "2.10e−7". */
export function figures(value: number | null | undefined, count = 4): string {
  if (value === null || value === undefined) return "–";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5)
      ? size.toExponential(2).replace("e+", "e")
      : size.toFixed(Math.min(count, Math.max(0, count - Math.floor(Math.log10(Math.max(size, 1))))));
  return (value < 0 ? "−" : "") + text.replace("e-", "e−");
}

/** The same, with a place for the sign. */
export function signed(value: number | null | undefined, count = 4): string {
  const text = figures(value, count);
  return text.startsWith("−") ? text : `\u2007${text}`;
}
