/**
 * Short messages that float, are read out politely, take no focus and go by themselves. One may
 * offer something to do, and then stays longer, and as long as it is pointed at or in focus.
 */
import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { frontDialog } from "./front.ts";

const SHOWN_MS = 4000;

/** What has just been moved is listened to only from then on; milliseconds. */
const MOVED_MS = 50;

/** With something to do, which has to be read and reached. */
const OFFERED_MS = 15_000;

/** What a message offers. */
export interface ToastAction {
  readonly name: string;
  readonly run: () => void;
}

interface Message {
  readonly text: string;
  readonly action?: ToastAction | undefined;
}

const NOTHING: Message = { text: "" };

const current = signal(NOTHING);
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string, action?: ToastAction): void {
  current.value = { text, action };
  goLater();
}

function goLater(): void {
  clearTimeout(timer);
  timer = setTimeout(go, current.peek().action ? OFFERED_MS : SHOWN_MS);
}

function go(): void {
  clearTimeout(timer);
  current.value = NOTHING;
}

export function Toast() {
  const home = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const shown = useSignal(NOTHING);
  useSignalEffect(() => {
    const message = current.value;
    if (message.text && home.current && element.current) raise(element.current, home.current);
    const telling = setTimeout(() => (shown.value = message), MOVED_MS);
    return () => clearTimeout(telling);
  });
  const { text, action } = shown.value;
  // Only what has no neighbours may be moved: Preact finds its way by them.
  return (
    <div ref={home}>
      <div
        class="toast"
        role="status"
        aria-label="Notice"
        ref={element}
        data-shown={text !== ""}
        data-offers={action !== undefined}
        onPointerEnter={() => clearTimeout(timer)}
        onPointerLeave={goLater}
        onFocusIn={() => clearTimeout(timer)}
        onFocusOut={goLater}
        onKeyDown={({ key }) => key === "Escape" && go()}
      >
        {text}
        {action && <ActionButton {...action} />}
      </div>
    </div>
  );
}

function ActionButton({ name, run }: ToastAction) {
  const onClick = () => {
    go();
    run();
  };
  return (
    <button type="button" onClick={onClick}>
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
