/** How much text there is, or is selected; beside the text, so that one can go on writing. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { EditorState, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { CloseButton } from "../dialog.tsx";
import "../styles/commands.css";
import { followUpdates } from "../editor/updates.ts";
import { words } from "../words/words.ts";
import { type Count, countSteps } from "./counting.ts";
import type { DialogProps } from "./dialogs.tsx";

/** So long it counts before the page may do something else; milliseconds. */
const SLICE_MS = 8;

export function WordCount({ view, onClose }: DialogProps) {
  const heading = useId();
  const counted = useCount(view);
  const { commands, count: said, locale } = words.value;
  const format = (number: number) => number.toLocaleString(locale);
  const { count, isSelection } = counted.value ?? {};
  return (
    <section
      class="word-count"
      role="dialog"
      aria-labelledby={heading}
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      <div>
        <h2 id={heading}>{commands.count}</h2>
        <CloseButton onClick={onClose} />
      </div>
      {isSelection && <p>{said.selected}</p>}
      {count ? (
        <dl>
          <dt>{said.words}</dt>
          <dd>{format(count.words)}</dd>
          <dt>{said.characters}</dt>
          <dd>{format(count.characters)}</dd>
        </dl>
      ) : (
        <p>{said.counting}</p>
      )}
    </section>
  );
}

interface Counted {
  readonly count: Count;
  readonly isSelection: boolean;
}

/** Follows the text and the selection as long as it is shown. */
function useCount(view: ReadonlySignal<EditorView | undefined>) {
  const counted = useSignal<Counted | undefined>(undefined);
  const now = view.value;
  useEffect(() => {
    if (!now) return undefined;
    let stop = countInSlices(now.state, (result) => (counted.value = result));
    const unfollow = followUpdates(now, ({ docChanged, selectionSet, state }) => {
      if (!docChanged && !selectionSet) return;
      stop();
      stop = countInSlices(state, (result) => (counted.value = result));
    });
    return () => {
      unfollow();
      stop();
    };
  }, [now]);
  return counted;
}

/** Answers what ends it. What was counted once is not counted again, so a key costs next to nothing. */
function countInSlices(state: EditorState, onCounted: (counted: Counted) => void): () => void {
  const { main } = state.selection;
  const text: Text = main.empty ? state.doc : state.doc.slice(main.from, main.to);
  const steps = countSteps(text);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const go = () => {
    const until = performance.now() + SLICE_MS;
    let step = steps.next();
    while (!step.done && performance.now() < until) step = steps.next();
    if (step.done) onCounted({ count: step.value, isSelection: !main.empty });
    else timer = setTimeout(go);
  };
  timer = setTimeout(go);
  return () => clearTimeout(timer);
}
