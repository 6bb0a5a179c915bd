/** A modal dialog: open for as long as it is rendered. Escape, its buttons and a click beside it close it. */
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "./words/words.ts";

interface DialogProps {
  /** Its accessible name. */
  readonly name: string;
  /** What kind it is to the style sheets. */
  readonly kind?: string;
  /** For who closes it by code; `onClose` is called then, too. */
  readonly element?: RefObject<HTMLDialogElement | null>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ name, kind = "", element, onClose, children }: DialogProps) {
  const own = useRef<HTMLDialogElement>(null);
  const ref = element ?? own;
  useEffect(() => ref.current?.showModal(), []);
  return (
    <dialog
      class={`sheet ${kind}`}
      ref={ref}
      aria-label={name}
      closedby="any"
      onClose={onClose}
      onClick={closeBeside}
    >
      {children}
    </dialog>
  );
}

/** For browsers that do not know `closedby`: what lies beside a dialog is its own backdrop. */
function closeBeside({ target, currentTarget }: MouseEvent): void {
  if (target !== currentTarget || "closedBy" in HTMLDialogElement.prototype) return;
  (currentTarget as HTMLDialogElement).close();
}

/** What it is about, and a cross that closes it. */
export function DialogHeader({ title }: { title: string }) {
  return (
    <form class="sheet-header" method="dialog">
      <h2>{title}</h2>
      <CloseButton />
    </form>
  );
}

/** A cross; without a handler of its own it submits the form it stands in. */
export function CloseButton({ onClick }: { onClick?: () => void }) {
  const { close } = words.value.page;
  return (
    <button
      class="icon"
      type={onClick ? "button" : "submit"}
      aria-label={close}
      title={close}
      onClick={onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M7 7l10 10M17 7 7 17" />
      </svg>
    </button>
  );
}
