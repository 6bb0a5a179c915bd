/**
 * Leaves out what CodeMirror's packages bring along and the page never uses, where the bundler
 * cannot see that: whatever a language needs would otherwise be part of the first load.
 */
import type { Plugin } from "vite";

const LEFT_OUT = "\0left-out";

/** Nothing is completed and no HTML is parsed in Markdown, so none of it does anything. */
const NOTHING = `
  export const html = () => undefined, htmlCompletionSource = () => null;
  export const CompletionContext = undefined, completeFromList = () => () => null;
  export const ifNotIn = () => () => null, snippetCompletion = () => undefined;
  export const completionStatus = () => null, startCompletion = () => false;
`;

/** By a part of the path of who asks, and the end of what is asked for. */
const CUTS: readonly (readonly [RegExp, RegExp])[] = [
  [/@codemirror\/lang-|@replit\//, /@codemirror\/autocomplete$/],
  [/@codemirror\/lang-markdown\//, /@codemirror\/lang-html$/],
  // The list of languages would fetch all of Markdown once more.
  [/@codemirror\/language-data\//, /@codemirror\/lang-markdown$/],
];

/** A plugin for the bundler. */
export const leanPackages: Plugin = {
  name: "lean-packages",
  enforce: "pre",
  resolveId: (source, importer = "") => {
    const isCut = CUTS.some(([who, what]) => who.test(importer) && what.test(source));
    return isCut ? LEFT_OUT : undefined;
  },
  load: (id) => (id === LEFT_OUT ? { code: NOTHING, moduleSideEffects: false } : undefined),
};
