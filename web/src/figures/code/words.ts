/** How the words of Python are told apart, wherever CodeMirror shows them. Knows no editor. */
import { HighlightStyle } from "@codemirror/language";
import { tags } from "@lezer/highlight";

// weight and slant tell words apart; colour is left to the phases, which it means
export const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], fontWeight: "600" },
  { tag: [tags.comment, tags.docString], color: "var(--ink-soft)", fontStyle: "italic" },
  { tag: [tags.string, tags.number, tags.bool], color: "var(--ink-soft)" },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
    fontWeight: "600",
  },
]);
