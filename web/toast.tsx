/** Short messages that float, are read out politely, take no focus and go by themselves. */
import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { frontDialog } from "./front.ts";

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

interface Shown {
  readonly message: string;
  readonly action?: ToastAction | undefined;
}

const NOTHING: Shown = { message: "" };

const current = signal<Shown>(NOTHING);
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(message: string, action?: ToastAction): void {
  clearTimeout(timer);
  current.value = { message, action };
  timer = setTimeout(() => (current.value = NOTHING), action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
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
  const { message, action } = shown.value;
  // Only what has no neighbours may be moved: Preact finds its way by them.
  return (
    <div ref={home}>
      <div
        class="toast"
        role="status"
        aria-label="Notice"
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
