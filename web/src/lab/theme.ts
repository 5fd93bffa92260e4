/** Light, dark, or what the system says; remembered on this computer. */

export type Theme = "light" | "dark" | "system";

const KEY = "loopscope.theme";
const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };

export function theme(): Theme {
  const known = remembered(KEY);
  return known === "light" || known === "dark" ? known : "system";
}

/** Show the theme that was chosen last. */
export function wear(chosen: Theme = theme()): void {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

export function nextTheme(): Theme {
  const chosen = NEXT[theme()];
  remember(KEY, chosen);
  wear(chosen);
  return chosen;
}

/** What this browser keeps for the page; nothing where it keeps nothing, as in a private window. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // not remembered, and nothing else is lost
  }
}
