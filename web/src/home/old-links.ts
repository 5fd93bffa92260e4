/** Links to the lab that were given away when it stood at `/` still lead there. Touches nothing but the address. */

const OF_THE_LAB = ["e", "x", "session", "view"];

/** Where an address behind the home page's `#` belongs: the lab's own page, or null where it is the home page's. */
export function toLab(hash: string, search = ""): string | null {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  return OF_THE_LAB.some((name) => asked.has(name)) ? `lab.html${search}${hash}` : null;
}
