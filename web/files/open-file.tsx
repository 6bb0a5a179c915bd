/** Opens files on the home page, by quiet buttons or dropped anywhere: a text becomes a new document, an owner file opens its own. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { navigate } from "../address.ts";
import { asApiError, createDocument, readMetadata } from "../api.ts";
import { createKey } from "../create-key.ts";
import { keepMade } from "../made-documents.ts";
import { keepOwnerToken } from "../owner-tokens.ts";
import { LARGEST_OWNER_FILE, OwnerFileError, readOwnerFile } from "../share/owner-file.ts";
import { words } from "../words/words.ts";
import { ImportError } from "./import-error.ts";

const TEXTS = ".md,.markdown,.txt,.html,.htm,.docx";

export function OpenFile() {
  const problem = useSignal("");
  const isOver = useDropped((file) => void open(file, problem));
  const { importing } = words.value;
  const onFile = (file: File) => void open(file, problem);
  return (
    <div class="open-file">
      <FileButton name={importing.file} accept={TEXTS} onFile={onFile} />
      <FileButton name={importing.ownerFile} accept=".json,application/json" onFile={onFile} />
      <p class="problem" role="alert">
        {problem}
      </p>
      {isOver.value && <div class="drop-target">{importing.drop}</div>}
    </div>
  );
}

interface FileButtonProps {
  readonly name: string;
  readonly accept: string;
  readonly onFile: (file: File) => void;
}

function FileButton({ name, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button class="text-button" type="button" onClick={() => input.current?.click()}>
        {name}
      </button>
      <input
        hidden
        ref={input}
        type="file"
        accept={accept}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          // Or the same file could not be chosen once more.
          currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </>
  );
}

async function open(file: File, problem: Signal<string>): Promise<void> {
  problem.value = "";
  try {
    navigate(await (/\.json$/i.test(file.name) ? addressIn(file) : addressOfNew(file)));
  } catch (error) {
    problem.value = sentenceFor(error);
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof OwnerFileError || error instanceof ImportError) return error.message;
  const { reason, message } = asApiError(error);
  return reason === "token" || reason === "role" ? words.peek().importing.key : message;
}

/** Of a new document with the text of the file. */
async function addressOfNew(file: File): Promise<string> {
  const importing = await import("./import-file.ts").catch((cause: unknown) => {
    throw new ImportError(words.peek().loading.failed, { cause });
  });
  return keepMade(await createDocument(createKey(), await importing.importText(file)));
}

/** Of the document that the owner file is of. */
async function addressIn(file: File): Promise<string> {
  const text = file.size > LARGEST_OWNER_FILE ? "" : await file.text();
  const { documentId, ownerToken, link } = readOwnerFile(text, location.origin);
  await check(documentId, ownerToken);
  keepOwnerToken(documentId, ownerToken);
  const { pathname, hash } = new URL(link);
  return pathname + hash;
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
