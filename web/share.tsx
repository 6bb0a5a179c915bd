/** Copies the link in the address bar; where copying is impossible it is shown, ready to be copied by hand. */
import { useRef } from "preact/hooks";
import { copyText } from "./copy-text.ts";
import { toast } from "./toast.tsx";

export function ShareButton() {
  const byHand = useRef<HTMLDialogElement>(null);
  const share = async () => {
    if (await copyText(location.href)) toast("Link copied. Whoever has it can edit.");
    else byHand.current?.showModal();
  };
  return (
    <>
      <button class="button primary share" type="button" onClick={() => void share()}>
        Share
      </button>
      <dialog class="sheet" ref={byHand} aria-label="Link to this document">
        <form class="sheet-content" method="dialog">
          <h2>Copy this link</h2>
          <p>Whoever has it can edit.</p>
          <input
            aria-label="Link"
            readOnly
            value={location.href}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button class="button" type="submit">
            Done
          </button>
        </form>
      </dialog>
    </>
  );
}
