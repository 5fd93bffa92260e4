/** CodeMirror for writing Python on a post. Loaded when somebody writes; knows no cell and no exercise. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { words } from "../figures/code/words";

const looks = EditorView.theme({
  "&": { backgroundColor: "transparent", color: "var(--ink)", fontSize: "inherit" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--ink)", padding: "12px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--ink-soft)" },
  ".cm-selectionBackground": { backgroundColor: "var(--pressed) !important" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-1px" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--pressed)" },
});

export interface Wanted {
  readonly code: string;
  /** What a screen reader calls it. */
  readonly name: string;
  readonly changed: (code: string) => void;
  /** Shift-Enter, or Ctrl-Enter. */
  readonly run: () => void;
}

/** An editor in `place`. Tab indents; Escape and then Tab leaves. */
export function edit(place: HTMLElement, wanted: Wanted): EditorView {
  const run = (): boolean => {
    wanted.run();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run },
    { key: "Mod-Enter", run },
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...historyKeymap,
    indentWithTab,
  ];
  // in a shadow of its own: elsewhere CodeMirror writes its styles into a <style>, which the page's policy refuses
  const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: wanted.code,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        python(),
        syntaxHighlighting(words),
        looks,
        keymap.of(keys),
        EditorView.contentAttributes.of({
          "aria-label": wanted.name,
          "aria-description": "Shift-Enter runs it. Escape, then Tab leaves.",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) wanted.changed(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** Put other code into an editor; it can be undone. */
export function replace(view: EditorView, code: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } });
}
