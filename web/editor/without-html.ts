/**
 * Stands in for `@codemirror/lang-html` in the editor's Markdown, which names it and never uses
 * it here. With it HTML, CSS and JavaScript, which the preview fetches when they are wanted,
 * would be a part of the first visit.
 */

/** Left out. */
export const html = undefined;

/** Left out. */
export const htmlCompletionSource = undefined;
