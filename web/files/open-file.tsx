/** Opens files on the home page, by quiet buttons or dropped anywhere: a text becomes a new document, an owner file opens its own. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { asApiError, createDocument, readMetadata } from "../api.ts";
import { type Arrival, departure } from "../arrival.ts";
import { createKey } from "../create-key.ts";
import { keepMade } from "../made-documents.ts";
import { keepOwnerToken } from "../owner-tokens.ts";
import { LARGEST_OWNER_FILE, OwnerFileError, readOwnerFile } from "../share/owner-file.ts";
import { toast } from "../toast.tsx";
import { words } from "../words/words.ts";
import { ImportError } from "./import-error.ts";

const TEXTS = ".md,.markdown,.txt,.html,.htm,.docx";

export function OpenFile() {
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const isLeft = useRef(false);
  useEffect(() => () => void (isLeft.current = true), []);
  const { importing } = words.value;
  const onFile = async (file: File) => {
    // Another one would make another document, and call away from this one.
    if (isBusy.peek()) return;
    isBusy.value = true;
    problem.value = await open(file);
    isBusy.value = false;
    if (isLeft.current && problem.peek()) toast(problem.peek());
  };
  const isOver = useDropped((file) => void onFile(file));
  const button = { isBusy: isBusy.value, onFile: (file: File) => void onFile(file) };
  return (
    <div class="open-file" aria-busy={isBusy.value}>
      <FileButton name={importing.file} accept={TEXTS} {...button} />
      <FileButton name={importing.ownerFile} accept=".json,application/json" {...button} />
      <p role="status">{isBusy.value && importing.busy}</p>
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
  readonly isBusy: boolean;
  readonly onFile: (file: File) => void;
}

function FileButton({ name, accept, isBusy, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        class="text-button"
        type="button"
        disabled={isBusy}
        onClick={() => input.current?.click()}
      >
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

/** Answers what went wrong; empty for nothing. */
async function open(file: File): Promise<string> {
  const arrive = departure();
  try {
    const found = await (/\.json$/i.test(file.name) ? documentOf(file) : newDocumentOf(file));
    arrive(found.address, found);
    return "";
  } catch (error) {
    return sentenceFor(error);
  }
}

interface Found extends Arrival {
  readonly address: string;
}

function sentenceFor(error: unknown): string {
  if (error instanceof OwnerFileError || error instanceof ImportError) return error.message;
  const { reason, message } = asApiError(error);
  return reason === "token" || reason === "role" ? words.peek().importing.key : message;
}

/** A new one with the text of the file, and with the pictures in it. */
async function newDocumentOf(file: File): Promise<Found> {
  const importing = await import("./import-file.ts").catch((cause: unknown) => {
    throw new ImportError(words.peek().loading.failed, { cause });
  });
  const { title, content, putPictures } = await importing.importText(file);
  const created = await createDocument(createKey(), { title, content });
  const address = keepMade(created);
  const leftOut = await putPictures(created);
  const { imported, leftOut: said } = words.peek().importing;
  const loss = leftOut > 0 ? said(leftOut) : undefined;
  return { address, here: loss, ready: [imported, loss].filter(Boolean).join(" ") };
}

/** The document that the owner file is of. */
async function documentOf(file: File): Promise<Found> {
  const text = file.size > LARGEST_OWNER_FILE ? "" : await file.text();
  const { documentId, ownerToken, link } = readOwnerFile(text, location.origin);
  await check(documentId, ownerToken);
  keepOwnerToken(documentId, ownerToken);
  const { pathname, hash } = new URL(link);
  return { address: pathname + hash, ready: words.peek().arrival.ready };
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
