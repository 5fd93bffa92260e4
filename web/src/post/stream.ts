/** What a program prints, as a terminal would show it: a carriage return writes over its line. Knows no page. */

/** `shown` with `more` printed after it. */
export function printed(shown: string, more: string): string {
  const text = shown + more;
  if (!text.includes("\r")) return text;
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => overwritten(line))
    .join("\n");
}

function overwritten(line: string): string {
  const end = line.endsWith("\r") ? "\r" : ""; // what comes next may still write over it
  return (
    line
      .split("\r")
      .filter(Boolean)
      .reduce((under, over) => over + under.slice(over.length), "") + end
  );
}
