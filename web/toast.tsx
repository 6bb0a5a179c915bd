/** Short messages that float, are read out politely, take no focus and go by themselves. */
import { signal } from "@preact/signals";

const SHOWN_MS = 4000;

const current = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function toast(message: string): void {
  clearTimeout(timer);
  current.value = message;
  timer = setTimeout(() => (current.value = ""), SHOWN_MS);
}

export function Toast() {
  return (
    <div class="toast" role="status" aria-label="Notice" data-shown={current.value !== ""}>
      {current}
    </div>
  );
}
