/** How an exported page looks: the system's fonts and colours, light and dark, and on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#fdfcf9, #131418); --ink: light-dark(#1d1f24, #eceae4);
  --muted: light-dark(#5d6168, #a0a4ac); --line: light-dark(#dcdee3, #34373e); --tint: light-dark(#f2f2f0, #1f2127);
  --accent: light-dark(#1f5fbf, #8fb8f5); }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 72ch; margin: 0 auto; padding: 48px 24px 96px; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { margin: 1.6em 0 0.5em; line-height: 1.25; letter-spacing: -0.01em; }
h1 { font-size: 2em; } h2 { font-size: 1.5em; } h3 { font-size: 1.2em; } h4, h5, h6 { font-size: 1em; }
main > :first-child { margin-top: 0; }
a { color: var(--accent); text-underline-offset: 2px; }
img { max-width: 100%; height: auto; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
blockquote { margin: 1em 0; padding: 0 0 0 1em; border-left: 3px solid var(--line); color: var(--muted); }
code, kbd, samp { font: 0.88em/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, monospace;
  background: var(--tint); border-radius: 4px; padding: 0.1em 0.3em; }
pre { background: var(--tint); border-radius: 8px; padding: 12px 16px; overflow-x: auto; }
pre code { background: none; padding: 0; }
table { border-collapse: collapse; display: block; max-width: 100%; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: 6px 12px; vertical-align: top; }
th { background: var(--tint); text-align: left; }
.task-list-item { list-style: none; } .task-list-item input { margin: 0 0.4em 0 -1.4em; }
.markdown-alert { margin: 1em 0; padding: 4px 16px; border-left: 3px solid var(--accent); background: var(--tint); }
.markdown-alert p { margin: 8px 0; } .markdown-alert-title { font-weight: 600; font-size: 0.85em; }
.footnotes { font-size: 0.9em; color: var(--muted); } .footnotes-sep { margin-top: 3em; }
math[display="block"] { margin: 1em 0; overflow-x: auto; }
@page { margin: 2cm; }
@media print {
  :root { color-scheme: light; --paper: #fff; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h1, h2, h3, h4, h5, h6 { break-after: avoid; } pre, blockquote, table, img { break-inside: avoid; }
  pre { white-space: pre-wrap; }
}
`;
