/** Formulas, by KaTeX as MathML: every browser sets it, screen readers read it, and no style has to be let in. */

const LIMITS = /^\s*\\[([]([\s\S]*)\\[)\]]\s*$/;

/** The formula between its marks. */
export function formula(text: string): string {
  return LIMITS.exec(text)?.[1] ?? text;
}

/** Set every formula within `place`; KaTeX is loaded where there is one. */
export async function setFormulas(place: ParentNode): Promise<void> {
  const all = [...place.querySelectorAll<HTMLElement>(".math:not([data-set])")];
  if (!all.length) return;
  const { default: katex } = await import("katex");
  for (const each of all) {
    each.dataset.set = "yes";
    const displayMode = each.localName === "div";
    katex.render(formula(each.textContent ?? ""), each, {
      output: "mathml",
      displayMode,
      throwOnError: false,
    });
  }
}
