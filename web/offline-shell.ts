/**
 * Registers the service worker that keeps the page itself on the device, so that
 * it opens without the server. The worker holds the files of one build and
 * nothing of any document. A newer build takes over at the next visit: an open
 * tab is never loaded anew, whatever is being written in it.
 */

/** After the page itself: its files are fetched once more only where the browser did not keep them. */
export function keepShell(): void {
  // Absent where the page is no secure context, as on plain http in a local network.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  addEventListener("load", () => void register());
}

/** Without it everything works but opening offline. */
async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register("/sw.js");
  } catch (error) {
    console.info("The page is not kept for use without the server.", error);
  }
}
