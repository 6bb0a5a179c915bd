/** Copies to the clipboard also where there is no clipboard API: on plain http in a local network. */
import { frontDialog } from "./front.ts";

/** Whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  area.setAttribute("aria-hidden", "true");
  (frontDialog() ?? document.body).append(area);
  area.select();
  let done = false;
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    done = true;
  };
  document.addEventListener("copy", onCopy, { once: true });
  // Deprecated, but the only way without a secure context; its answer says nothing of what was copied.
  document.execCommand("copy");
  document.removeEventListener("copy", onCopy);
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
