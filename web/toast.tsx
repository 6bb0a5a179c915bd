/** Short messages that float, take no focus and go by themselves; read out politely unless somebody else does. */
import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { frontDialog } from "./front.ts";
import { words } from "./words/words.ts";

const SHOWN_MS = 4000;

/** With something to be pressed, which has to be read and reached. */
const SHOWN_WITH_ACTION_MS = 10_000;

/** What has just been moved is listened to only from then on; milliseconds. */
const MOVED_MS = 50;

/** What can be done about it while it is shown. */
export interface ToastAction {
  readonly name: string;
  readonly run: () => void;
}

export interface ToastOptions {
  readonly action?: ToastAction | undefined;
  /** Only to be seen: something else reads it out. Default false. */
  readonly isQuiet?: boolean;
}

interface Shown extends ToastOptions {
  readonly message: string;
}

const NOTHING: Shown = { message: "" };

const current = signal<Shown>(NOTHING);
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(message: string, options: ToastOptions = {}): void {
  clearTimeout(timer);
  current.value = { message, ...options };
  const shownMs = options.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS;
  timer = setTimeout(() => (current.value = NOTHING), shownMs);
}

export function Toast() {
  const home = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const shown = useSignal<Shown>(NOTHING);
  useSignalEffect(() => {
    const next = current.value;
    if (next.message && home.current && element.current) raise(element.current, home.current);
    const telling = setTimeout(() => (shown.value = next), MOVED_MS);
    return () => clearTimeout(telling);
  });
  const { message, action, isQuiet } = shown.value;
  // Only what has no neighbours may be moved: Preact finds its way by them.
  return (
    <div ref={home}>
      <div
        class="toast"
        role="status"
        aria-label={words.value.page.notice}
        aria-live={isQuiet ? "off" : "polite"}
        ref={element}
        data-shown={message !== ""}
      >
        {message}
        {action && <Action {...action} />}
      </div>
    </div>
  );
}

function Action({ name, run }: ToastAction) {
  const onClick = () => {
    current.value = NOTHING;
    run();
  };
  return (
    <button class="text-button" type="button" onClick={onClick}>
      {name}
    </button>
  );
}

/** Into the dialog that is in front, and out again at its end. */
function raise(element: HTMLElement, home: HTMLElement): void {
  const dialog = frontDialog();
  const place = dialog ?? home;
  if (element.parentElement !== place) place.append(element);
  dialog?.addEventListener("close", () => home.append(element), { once: true });
}
