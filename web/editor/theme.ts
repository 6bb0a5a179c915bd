/** The editor's own look, in the page's custom properties, so that both themes are one. */
import { EditorView } from "@codemirror/view";

export const editorTheme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  "&.cm-reading .cm-cursorLayer": { display: "none" },
  // Where there is no caret the keyboard's place would not be seen.
  "&.cm-reading:has(> .cm-scroller > .cm-content:focus-visible)": {
    outline: "2px solid var(--accent)",
    outlineOffset: "-2px",
  },
  ".cm-scroller": {
    fontFamily: "var(--prose)",
    fontSize: "17px",
    lineHeight: "1.6",
    overflowX: "hidden",
  },
  ".cm-content": {
    boxSizing: "border-box",
    padding: "40px 0 40vh",
    caretColor: "var(--ink)",
  },
  // On the line: the content is as wide as the page, so that a click beside the
  // column finds its line, and yet selections do not reach into the margin.
  ".cm-line": { padding: "0 max(24px, calc(50% - 36ch))" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--ink)", marginLeft: "-1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--match)" },
  ".cm-searchMatch": { backgroundColor: "var(--match)", borderRadius: "2px" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--match-strong)" },
  ".cm-panels": {
    color: "var(--ink)",
    backgroundColor: "var(--paper)",
    fontFamily: "var(--frame)",
    fontSize: "14px",
  },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    gap: "8px",
    alignItems: "center",
    padding: "8px 40px 8px 16px",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%", height: "0", content: "''" },
  ".cm-panel.cm-search label": {
    display: "inline-flex",
    gap: "4px",
    alignItems: "center",
    minHeight: "24px",
    fontSize: "13px",
  },
  ".cm-panel.cm-search [name=close]": {
    right: "8px",
    top: "8px",
    minWidth: "32px",
    minHeight: "32px",
    fontSize: "20px",
  },
  ".cm-textfield, .cm-button": {
    margin: "0",
    padding: "4px 10px",
    minHeight: "32px",
    fontSize: "14px",
    color: "var(--ink)",
    background: "var(--paper)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
  },
});
