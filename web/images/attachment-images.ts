/**
 * The images of a document in what was rendered of it: fetched with the token in a header,
 * kept as long as the document is open, and shown by an address that holds none.
 */
import { asApiError, errorOf } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import { words } from "../words/words.ts";

/** One that could not be had is asked for again only after this, in milliseconds: a preview asks at each key. */
const RETRY_MS = 5000;

/** Addresses to show by their addresses on the server; rejects with an ApiError. */
type Images = Map<string, Promise<string>>;

const ofDocuments = new WeakMap<OpenDocument, Images>();

/**
 * Fills every `img[data-attachment]` below `root`; one that cannot be shown says so in its `alt`.
 * Only the document's own: its token goes nowhere else. Resolves once all are settled.
 */
export async function showAttachments(root: HTMLElement, open: OpenDocument): Promise<void> {
  const found = [...root.querySelectorAll<HTMLImageElement>("img[data-attachment]")];
  await Promise.all(found.map((image) => show(image, open)));
}

async function show(image: HTMLImageElement, open: OpenDocument): Promise<void> {
  const { attachment: path = "" } = image.dataset;
  // An element that is used again for the same image needs nothing.
  if (image.dataset.shown === path) return;
  try {
    const address = await addressOf(path, open);
    if (image.dataset.attachment !== path) return;
    image.src = address;
    image.dataset.shown = path;
  } catch (error) {
    const { missing, unavailable } = words.peek().images;
    const why = asApiError(error).reason === "unknown" ? missing : unavailable;
    if (image.dataset.attachment === path && !image.alt.endsWith(why)) {
      image.alt = [image.alt, why].filter(Boolean).join(" – ");
    }
  }
}

function addressOf(path: string, open: OpenDocument): Promise<string> {
  const images = imagesOf(open);
  const known = images.get(path);
  if (known) return known;
  const address = fetchImage(path, open);
  images.set(path, address);
  address.catch(() => setTimeout(() => images.delete(path), RETRY_MS));
  return address;
}

function imagesOf(open: OpenDocument): Images {
  const known = ofDocuments.get(open);
  if (known) return known;
  const images: Images = new Map();
  ofDocuments.set(open, images);
  open.text.doc?.once("destroy", () => {
    for (const address of images.values()) void letGo(address);
  });
  return images;
}

async function letGo(address: Promise<string>): Promise<void> {
  try {
    URL.revokeObjectURL(await address);
  } catch {
    // There was none.
  }
}

async function fetchImage(path: string, open: OpenDocument): Promise<string> {
  const own = `/api/documents/${open.id}/attachments/`;
  if (!path.startsWith(own) || !/^\w[\w.-]*$/.test(path.slice(own.length))) {
    throw new TypeError("not an image of this document");
  }
  const response = await fetch(path, { headers: { Authorization: `Bearer ${open.token()}` } });
  if (!response.ok) throw await errorOf(response);
  const blob = await response.blob();
  // Opened by itself, an address of a blob has the page's rights; one with the data in it has none.
  return blob.type === "image/svg+xml" ? asData(blob) : URL.createObjectURL(blob);
}

async function asData(blob: Blob): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.addEventListener("load", () => resolve(String(reader.result)));
  reader.addEventListener("error", () => reject(new Error("the image cannot be read")));
  reader.readAsDataURL(blob);
  return promise;
}
