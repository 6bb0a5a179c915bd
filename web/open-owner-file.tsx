/** Opens an owner file on the home page: by a quiet button, or dropped anywhere. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { navigate } from "./address.ts";
import { asApiError, readMetadata } from "./api.ts";
import { keepOwnerToken } from "./owner-tokens.ts";
import { LARGEST_OWNER_FILE, OwnerFileError, readOwnerFile } from "./share/owner-file.ts";
import { words } from "./words/words.ts";

export function OpenOwnerFile() {
  const input = useRef<HTMLInputElement>(null);
  const problem = useSignal("");
  const isOver = useDropped((file) => void open(file, problem));
  return (
    <div class="owner-file">
      <button class="text-button" type="button" onClick={() => input.current?.click()}>
        {words.value.ownerFile.open}
      </button>
      <input
        class="visually-hidden"
        ref={input}
        type="file"
        accept=".json,application/json"
        tabIndex={-1}
        aria-label={words.value.ownerFile.name}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // Or the same file could not be chosen once more.
          currentTarget.value = "";
          if (file) void open(file, problem);
        }}
      />
      <p class="problem" role="alert">
        {problem}
      </p>
      {isOver.value && <div class="drop-target">{words.value.ownerFile.drop}</div>}
    </div>
  );
}

async function open(file: File, problem: Signal<string>): Promise<void> {
  problem.value = "";
  try {
    const text = file.size > LARGEST_OWNER_FILE ? "" : await file.text();
    const { documentId, ownerToken, link } = readOwnerFile(text, location.origin);
    await check(documentId, ownerToken);
    keepOwnerToken(documentId, ownerToken);
    const { pathname, hash } = new URL(link);
    navigate(pathname + hash);
  } catch (error) {
    problem.value = error instanceof OwnerFileError ? error.message : asApiError(error).message;
  }
}

/** A token that is kept is used before the link: a wrong one would close the document. */
async function check(documentId: string, ownerToken: string): Promise<void> {
  const { role } = await readMetadata(documentId, ownerToken).catch((error: unknown) => {
    const { reason } = asApiError(error);
    if (reason !== "unknown") throw error;
    throw new OwnerFileError(words.peek().ownerFile.noDocument);
  });
  if (role !== "owner") throw new OwnerFileError(words.peek().ownerFile.noOwner);
}

/** Whether something is held over the page; `onFile` gets the first file that is let go. */
function useDropped(onFile: (file: File) => void): Signal<boolean> {
  const isOver = useSignal(false);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Without this the browser would leave the page for the file.
      event.preventDefault();
      isOver.value = true;
    };
    const drop = (event: DragEvent) => {
      isOver.value = false;
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return;
      event.preventDefault();
      onFile(file);
    };
    addEventListener("dragover", over, { signal });
    addEventListener("drop", drop, { signal });
    // Only that of the window's own edge leads to nothing.
    addEventListener("dragleave", (event) => event.relatedTarget ?? (isOver.value = false), {
      signal,
    });
    return () => ending.abort();
  }, []);
  return isOver;
}
