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
  // What floats over the text finds its place below.
  ".cm-panels-top": { borderBottom: "1px solid var(--line)", anchorName: "--above-text" },
  ".cm-panel.cm-search": {
    display: "flex",
    flexWrap: "wrap",
    gap: "8px",
    alignItems: "center",
    padding: "8px 52px 8px 16px",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%", height: "0", content: "''" },
  ".cm-panel.cm-search input.cm-textfield": { flex: "0 1 280px", minWidth: "0" },
  ".cm-panel.cm-search label": {
    display: "inline-flex",
    gap: "6px",
    alignItems: "center",
    minHeight: "36px",
    margin: "0 4px",
    fontSize: "13px",
  },
  ".cm-panel.cm-search input[type=checkbox]": { accentColor: "var(--accent)", margin: "0" },
  ".cm-panel.cm-search [name=close], .cm-panel.cm-dialog .cm-dialog-close": {
    top: "8px",
    right: "8px",
    width: "36px",
    height: "36px",
    borderRadius: "8px",
    color: "var(--muted)",
    fontSize: "20px",
    cursor: "pointer",
  },
  ".cm-panel.cm-search [name=close]:hover": { background: "var(--hover)", color: "var(--ink)" },
  ".cm-panel.cm-dialog": { padding: "8px 52px 8px 16px" },
  ".cm-panel.cm-dialog label": { display: "inline-flex", gap: "8px", alignItems: "center" },
  ".cm-textfield, .cm-button": {
    margin: "0",
    padding: "4px 12px",
    minHeight: "36px",
    fontSize: "14px",
    color: "var(--ink)",
    background: "var(--paper)",
    border: "1px solid var(--line-strong)",
    borderRadius: "8px",
  },
  ".cm-button": { cursor: "pointer", fontWeight: "500" },
  ".cm-button:hover": { background: "var(--hover)" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible": {
    outline: "2px solid var(--accent)",
    outlineOffset: "-1px",
  },
  "&.cm-code .cm-scroller": { fontFamily: "var(--mono)", fontSize: "15px" },
  ".cm-vim-panel, .cm-emacs-panel": { padding: "4px 16px", fontFamily: "var(--mono)" },
  ".cm-fat-cursor": { background: "var(--accent)", color: "var(--on-accent)" },
  "&:not(.cm-focused) .cm-fat-cursor": { background: "none", outline: "1px solid var(--accent)" },
  // There backgrounds are taken away; the words in a mark keep the system's own colour.
  "@media (forced-colors: active)": {
    ".cm-searchMatch, .cm-selectionMatch": { outline: "1px solid Highlight" },
    ".cm-searchMatch-selected": { outline: "3px solid Highlight" },
    ".cm-fat-cursor": {
      forcedColorAdjust: "none",
      background: "Highlight",
      color: "HighlightText",
    },
  },
  "@media (width < 640px)": {
    ".cm-panel.cm-search": { padding: "8px 52px 8px 8px", gap: "6px" },
    ".cm-panel.cm-search input.cm-textfield": { flex: "1 1 100%", fontSize: "16px" },
    ".cm-panel.cm-search .cm-button": { flex: "1 1 auto", padding: "4px 8px" },
    ".cm-panel.cm-search label": { minHeight: "28px" },
  },
});
