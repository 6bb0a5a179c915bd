/**
 * Leaves out what CodeMirror's packages bring along and the page never uses, where the bundler
 * cannot see that: whatever a language needs would otherwise be part of the first load.
 */
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const LEFT_OUT = "\0left-out";

/** Nothing is completed and no HTML is parsed in Markdown, so none of it does anything. */
const NOTHING = `
  export const html = () => undefined, htmlCompletionSource = () => null;
  export const CompletionContext = undefined, completeFromList = () => () => null;
  export const ifNotIn = () => () => null, snippetCompletion = () => undefined;
  export const completionStatus = () => null, startCompletion = () => false;
`;

/** In the list of languages: it would fetch all of Markdown once more. */
const MARKDOWN = fileURLToPath(new URL("preview/markdown-code.ts", import.meta.url));

/** By a part of the path of who asks, and the end of what is asked for: what there is instead. */
const CUTS: readonly (readonly [RegExp, RegExp, string])[] = [
  [/@codemirror\/lang-|@replit\//, /@codemirror\/autocomplete$/, LEFT_OUT],
  [/@codemirror\/lang-markdown\//, /@codemirror\/lang-html$/, LEFT_OUT],
  [/@codemirror\/language-data\//, /@codemirror\/lang-markdown$/, MARKDOWN],
];

/** A plugin for the bundler. */
export const leanPackages: Plugin = {
  name: "lean-packages",
  enforce: "pre",
  resolveId: (source, importer = "") => {
    const cut = CUTS.find(([who, what]) => who.test(importer) && what.test(source));
    return cut?.[2];
  },
  load: (id) => (id === LEFT_OUT ? { code: NOTHING, moduleSideEffects: false } : undefined),
};
