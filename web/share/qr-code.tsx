/** A QR code, drawn here: the link goes to no other server. Its code is fetched when one is wanted. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { words } from "../words/words.ts";

/** Modules of white around it, as ISO/IEC 18004 asks. */
const QUIET_ZONE = 4;

type Code = { readonly size: number; readonly path: string } | "unavailable" | undefined;

export function QrCode({ text }: { text: string }) {
  const code = useSignal<Code>(undefined);
  useEffect(() => {
    void draw(text).then((drawn) => (code.value = drawn));
  }, [text]);
  if (code.value === "unavailable") return <p>{words.value.share.qrCodeFailed}</p>;
  const { size, path } = code.value ?? { size: 1, path: "" };
  return (
    <svg
      class="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={words.value.share.qrCodeName}
    >
      <path d={path} />
    </svg>
  );
}

/** Each dark module as a square of one path. */
async function draw(text: string): Promise<Code> {
  try {
    const { encode } = await import("uqr");
    const { size, data } = encode(text, { border: QUIET_ZONE, ecc: "M" });
    const squares = data.flatMap((row, y) =>
      row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
    );
    return { size, path: squares.join("") };
  } catch {
    return "unavailable";
  }
}
