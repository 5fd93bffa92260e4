/** What each key does in the lab; the tabs hear their digits themselves. Touches no document beyond asking who has the focus. */
import type { Command } from "../generated/wire";
import type { SessionState } from "../wire/source";

/** One line of the page's help. */
export interface Key {
  readonly keys: string;
  readonly text: string;
}

export const KEYS: readonly Key[] = [
  { keys: "space", text: "play, pause" },
  { keys: "→", text: "one batch" },
  { keys: "shift →", text: "one epoch" },
  { keys: ".", text: "one phase of the loop" },
  { keys: "←", text: "one step back" },
  { keys: "r", text: "reset: the same initial weights" },
  { keys: "n", text: "new initial weights" },
  { keys: "1 … 9, 0", text: "the views below the network" },
  { keys: "?", text: "this help" },
];

export interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export type Meant = { command: Command } | { help: true };

/** What a key means where the session stands so; null where it means nothing. */
export function meaning(pressed: Pressed, state: SessionState | null): Meant | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (pressed.key === "?") return { help: true };
  const command = commandOf(pressed, state);
  return command && { command };
}

function commandOf({ key, shiftKey }: Pressed, state: SessionState | null): Command | null {
  switch (key) {
    case " ":
      return { do: state?.playing ? "pause" : "play" };
    case "ArrowRight":
      return { do: "advance", by: shiftKey ? "epoch" : "batch" };
    case ".":
      return { do: "advance", by: "phase" };
    case "ArrowLeft":
      return state && !shiftKey
        ? { do: "seek", step: Math.max(0, state.step - (state.phase ? 0 : 1)) }
        : null;
    case "r":
      return { do: "reset" };
    case "n":
      return { do: "reset", new_weights: true };
  }
  return null;
}

const OWN_KEYS =
  "input:not([type=range]), textarea, select, [contenteditable=''], [contenteditable=true], [role=slider], [role=menuitem], [role=option], [role=grid], [role=textbox], dialog[open]";

/** Whether whoever has the focus needs this key itself: who types, moves a slider, or came to a button by keyboard. */
export function taken(path: readonly EventTarget[], key: string, byKeyboard = true): boolean {
  const [first] = path;
  if (!(first instanceof Element)) return false;
  if (first.matches("input[type=range]")) return /^(Arrow|Page|Home|End)/.test(key); // space plays while a hand is on a slider
  if (path.some((at) => at instanceof Element && at.matches(OWN_KEYS))) return true;
  return byKeyboard && key === " " && first.matches("button, a, summary, [role=button]");
}
