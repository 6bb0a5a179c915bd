/** A link, ready to be copied, with what it lets people do; and as a QR code when asked. */
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { copyText } from "../copy-text.ts";
import { words } from "../words/words.ts";
import { QrCode } from "./qr-code.tsx";

interface LinkFieldProps {
  readonly url: string;
  /** Sentences. */
  readonly caption: string;
  /** Set when it was just made: the focus goes to it, once. */
  readonly isNew?: RefObject<boolean>;
}

export function LinkField({ url, caption, isNew }: LinkFieldProps) {
  const { share } = words.value;
  const field = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const said = useSignal("");
  const showsCode = useSignal(false);
  const captionId = useId();
  useEffect(() => {
    if (!isNew?.current) return;
    isNew.current = false;
    button.current?.focus();
  }, [isNew]);
  const copy = async () => {
    const isCopied = await copyText(url);
    said.value = isCopied ? share.linkCopied : share.linkNotCopied;
    if (!isCopied) field.current?.select();
  };
  return (
    <div class="link-field">
      <div class="link-line">
        <input
          class="field"
          ref={field}
          aria-label={share.link}
          aria-describedby={captionId}
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
        {/* What one most likely wants of the dialog: it has the focus at first. */}
        <button
          class="button primary"
          type="button"
          ref={button}
          autofocus
          onClick={() => void copy()}
        >
          {share.copyLink}
        </button>
      </div>
      <p class="link-caption">
        <span id={captionId}>{caption}</span>
        <button
          class="text-button"
          type="button"
          aria-expanded={showsCode.value}
          onClick={() => (showsCode.value = !showsCode.value)}
        >
          {share.qrCode}
        </button>
        <span class="link-said" role="status">
          {said}
        </span>
      </p>
      {showsCode.value && <QrCode text={url} />}
    </div>
  );
}
