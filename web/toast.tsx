/**
 * Short messages that float, take no focus and go by themselves; read out politely unless somebody
 * else does. One may offer something to do, and then stays longer, and as long as it is pointed at
 * or in focus.
 */
import { signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { frontDialog } from "./front.ts";
import { words } from "./words/words.ts";

const SHOWN_MS = 4000;

/** With something to do, which has to be read and reached. */
const OFFERED_MS = 15_000;

/** What has just been moved is listened to only from then on; milliseconds. */
const MOVED_MS = 50;

/** What a message offers. */
export interface ToastAction {
  readonly name: string;
  readonly run: () => void;
}

export interface ToastOptions {
  readonly action?: ToastAction | undefined;
  /** Only to be seen: something else reads it out. Default false. */
  readonly isQuiet?: boolean;
}

interface Message extends ToastOptions {
  readonly text: string;
}

const NOTHING: Message = { text: "" };

const current = signal<Message>(NOTHING);
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(text: string, options: ToastOptions = {}): void {
  current.value = { text, ...options };
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
  const shown = useSignal<Message>(NOTHING);
  useSignalEffect(() => {
    const message = current.value;
    if (message.text && home.current && element.current) raise(element.current, home.current);
    const telling = setTimeout(() => (shown.value = message), MOVED_MS);
    return () => clearTimeout(telling);
  });
  const { text, action, isQuiet } = shown.value;
  // Only what has no neighbours may be moved: Preact finds its way by them.
  return (
    <div ref={home}>
      <div
        class="toast"
        role="status"
        aria-label={words.value.page.notice}
        aria-live={isQuiet ? "off" : "polite"}
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
