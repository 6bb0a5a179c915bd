/**
 * What happens without one's doing, for those who do not see it: the one region of the page that
 * is read out for others' doings and for the save state. The toast of who came is only seen.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Comings } from "./comings.ts";
import type { OpenDocument } from "./open-document.ts";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

/** Makes the same words another text: only what changes is read out. */
const AGAIN = "\u00a0";

export function Announcements({ open }: { open: OpenDocument }) {
  const said = useSignal("");
  useEffect(() => {
    let comings: Comings | undefined;
    let isLeft = false;
    const announce = (sentences: string) => {
      said.value = said.peek() === sentences ? sentences + AGAIN : sentences;
    };
    const start = async () => {
      comings = await listen(open, announce);
      if (isLeft) comings?.close();
    };
    void start();
    return () => {
      isLeft = true;
      comings?.close();
    };
  }, [open]);
  return (
    <div
      class="visually-hidden"
      role="status"
      aria-live="polite"
      aria-label={words.value.people.announcements}
    >
      {said}
    </div>
  );
}

/** Nothing of it is needed to begin writing. Undefined when it cannot be fetched: the page is as good without. */
async function listen(
  open: OpenDocument,
  announce: (sentences: string) => void,
): Promise<Comings | undefined> {
  try {
    const { Comings } = await import("./comings.ts");
    return new Comings(open, { show, announce });
  } catch {
    return undefined;
  }
}

function show(sentence: string): void {
  toast(sentence, { isQuiet: true });
}
