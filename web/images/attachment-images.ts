/**
 * The images of a document in what was rendered of it: fetched with the token in a header,
 * kept as long as the document is open, and shown by an address that holds none.
 */
import { Again } from "../again.ts";
import { asApiError, errorOf } from "../api.ts";
import type { OpenDocument } from "../open-document.ts";
import { words } from "../words/words.ts";

/** Of one document that is open. */
interface Images {
  /** Addresses to show by their addresses on the server; those that could not be had reject until they are asked for again. */
  readonly addresses: Map<string, Promise<string>>;
  /** What is asked for again. */
  readonly missing: Set<HTMLImageElement>;
  readonly again: Again;
}

/** The `alt` of those that say something else for now. */
const ownWords = new WeakMap<HTMLImageElement, string>();

const ofDocuments = new WeakMap<OpenDocument, Images>();

/**
 * Fills every `img[data-attachment]` below `root`; one that cannot be shown says so in its `alt`,
 * and is tried again as long as it is on the page. Only the document's own: its token goes nowhere
 * else. Resolves once all have been tried.
 */
export async function showAttachments(root: HTMLElement, open: OpenDocument): Promise<void> {
  const found = [...root.querySelectorAll<HTMLImageElement>("img[data-attachment]")];
  await Promise.all(found.map((image) => show(image, open)));
}

async function show(image: HTMLImageElement, open: OpenDocument): Promise<void> {
  const { attachment: path = "" } = image.dataset;
  const alt = ownWords.get(image) ?? image.alt;
  try {
    image.src = await addressOf(path, open);
    image.alt = alt;
  } catch (error) {
    const isNone = asApiError(error).reason === "unknown";
    const { missing, unavailable } = words.peek().images;
    ownWords.set(image, alt);
    image.alt = [alt, isNone ? missing : unavailable].filter(Boolean).join(" – ");
    if (!isOwn(path, open)) return;
    imagesOf(open).missing.add(image);
    imagesOf(open).again.plan();
  }
}

async function showMissing(open: OpenDocument): Promise<void> {
  const { addresses, missing, again } = imagesOf(open);
  const waiting = [...missing].filter(({ isConnected }) => isConnected);
  for (const { dataset } of missing) addresses.delete(dataset.attachment ?? "");
  missing.clear();
  await Promise.all(waiting.map((image) => show(image, open)));
  if (missing.size === 0) again.rest();
}

/** Each is asked for once, also where a preview makes it anew at each key. */
function addressOf(path: string, open: OpenDocument): Promise<string> {
  const { addresses } = imagesOf(open);
  const known = addresses.get(path);
  if (known) return known;
  const address = fetchImage(path, open);
  addresses.set(path, address);
  return address;
}

function imagesOf(open: OpenDocument): Images {
  const known = ofDocuments.get(open);
  if (known) return known;
  const again = new Again(() => void showMissing(open));
  const images: Images = { addresses: new Map(), missing: new Set(), again };
  ofDocuments.set(open, images);
  open.text.doc?.once("destroy", () => {
    again.rest();
    for (const address of images.addresses.values()) void letGo(address);
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

function isOwn(path: string, { id }: OpenDocument): boolean {
  const own = `/api/documents/${id}/attachments/`;
  return path.startsWith(own) && /^\w[\w.-]*$/.test(path.slice(own.length));
}

async function fetchImage(path: string, open: OpenDocument): Promise<string> {
  if (!isOwn(path, open)) throw new TypeError("not an image of this document");
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
