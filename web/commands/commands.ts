/**
 * What can be done on the page just now, for the palette and the keys. Each part of the page
 * adds its own and takes them away again; knows none of them.
 */

/** Something that can be done by its name. */
export interface Command {
  readonly name: string;
  /** As CodeMirror writes keys, `Mod-Shift-p`: only told here, bound by whoever owns it. */
  readonly shortcut?: string;
  readonly run: () => void;
}

type Source = () => readonly Command[];

const sources = new Set<Source>();

/**
 * Adds commands until the answer is called.
 * @param source Asked whenever the palette opens, so it may say what is possible just then.
 */
export function addCommands(source: Source): () => void {
  sources.add(source);
  return () => void sources.delete(source);
}

/** In the order in which they were added. */
export function allCommands(): Command[] {
  return [...sources].flatMap((source) => source());
}
