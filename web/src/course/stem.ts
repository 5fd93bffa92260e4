/** English words without their endings, so that "layers" finds "layer". Knows no exceptions and no other language. */

const VOWEL = /[aeiouy]/;

/** The first steps of Porter's algorithm (1980): plurals, -ed and -ing, then a final e and y, as far as they matter here. */
export function stem(word: string): string {
  if (word.length < 4 || /[\d_]/.test(word)) return word;
  return ended(singular(word));
}

function singular(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return /[^aius]s$/.test(word) ? word.slice(0, -1) : word;
}

function ended(word: string): string {
  for (const ending of ["ing", "ed", "ly"]) {
    const root = word.slice(0, -ending.length);
    if (word.endsWith(ending) && root.length > 2 && VOWEL.test(root)) return whole(root);
  }
  return whole(word);
}

/** One way to write what is left: not doubled, no e, i for y. */
function whole(root: string): string {
  const undoubled = /([^aeiouylsz])\1$/.test(root) ? root.slice(0, -1) : root;
  if (undoubled.length < 4) return undoubled;
  return undoubled.endsWith("e")
    ? undoubled.slice(0, -1)
    : undoubled.endsWith("y")
      ? `${undoubled.slice(0, -1)}i`
      : undoubled;
}
