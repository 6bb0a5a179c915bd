/** Short messages that float, take no focus and go by themselves; read out politely unless somebody else does. */
import { batch, signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { frontDialog } from "./front.ts";
import { words } from "./words/words.ts";

const SHOWN_MS = 4000;

/** What has just been moved is listened to only from then on; milliseconds. */
const MOVED_MS = 50;

const current = signal("");
const isQuiet = signal(false);
let timer: ReturnType<typeof setTimeout> | undefined;

export interface ToastOptions {
  /** Only to be seen: something else reads it out. Default false. */
  readonly isQuiet?: boolean;
}

export function toast(message: string, options: ToastOptions = {}): void {
  clearTimeout(timer);
  batch(() => {
    current.value = message;
    isQuiet.value = options.isQuiet ?? false;
  });
  timer = setTimeout(() => (current.value = ""), SHOWN_MS);
}

export function Toast() {
  const home = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const shown = useSignal("");
  useSignalEffect(() => {
    const message = current.value;
    if (message && home.current && element.current) raise(element.current, home.current);
    const telling = setTimeout(() => (shown.value = message), MOVED_MS);
    return () => clearTimeout(telling);
  });
  // Only what has no neighbours may be moved: Preact finds its way by them.
  return (
    <div ref={home}>
      <div
        class="toast"
        role="status"
        aria-label={words.value.page.notice}
        aria-live={isQuiet.value ? "off" : "polite"}
        ref={element}
        data-shown={shown.value !== ""}
      >
        {shown}
      </div>
    </div>
  );
}

/** Into the dialog that is in front, and out again at its end. */
function raise(element: HTMLElement, home: HTMLElement): void {
  const dialog = frontDialog();
  const place = dialog ?? home;
  if (element.parentElement !== place) place.append(element);
  dialog?.addEventListener("close", () => home.append(element), { once: true });
}
