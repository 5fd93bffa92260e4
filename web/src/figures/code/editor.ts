/** CodeMirror for reading Python: our colours, and the loop's phases at the margin. Loaded when code is opened. */
import { python } from "@codemirror/lang-python";
import { syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { TOLD } from "../batch/loop-code";
import { phaseOf } from "./phase-lines";
import { words } from "./words";

const looks = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "var(--tiny)", height: "100%" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--paper)", border: "0", color: "var(--ink-soft)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-line": { borderLeft: "3px solid transparent", paddingLeft: "8px" },
  ...Object.fromEntries(
    ["forward", "loss", "backward", "step", "ink"].map((token) => [
      `.cm-line.phase-${token}`,
      { borderLeftColor: `var(--${token})` },
    ]),
  ),
});

function margins(view: EditorView): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>();
  for (let n = 1; n <= view.state.doc.lines; n++) {
    const line = view.state.doc.line(n);
    const phase = phaseOf(line.text);
    if (phase) marks.add(line.from, line.from, Decoration.line({ class: `phase-${TOLD[phase].token}` }));
  }
  return marks.finish();
}

const phases = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = margins(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = margins(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export function editor(parent: HTMLElement, root: ShadowRoot): EditorView {
  const extensions = [
    lineNumbers(),
    python(),
    syntaxHighlighting(words),
    looks,
    phases,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": "The training script", tabindex: "0" }),
    EditorView.editable.of(false),
  ];
  return new EditorView({ state: EditorState.create({ extensions }), parent, root });
}
