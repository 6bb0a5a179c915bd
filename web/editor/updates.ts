/** Lets parts of the page follow an editor for a while, which extensions cannot. */
import type { Extension } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";

type Follower = (update: ViewUpdate) => void;

const followers = new WeakMap<EditorView, Set<Follower>>();

/** What an editor needs to be followed. */
export const tellsUpdates: Extension = EditorView.updateListener.of((update) => {
  for (const follow of followers.get(update.view) ?? []) follow(update);
});

/** Until the answer is called. */
export function followUpdates(view: EditorView, follow: Follower): () => void {
  const all = followers.get(view) ?? new Set();
  followers.set(view, all.add(follow));
  return () => void all.delete(follow);
}
