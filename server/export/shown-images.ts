/** Hands out a document's images to what is made of it, each time it is shown, as long as all of it stays bounded. */
import { type LoadedImages, MOST_IMAGES } from "./document-images.ts";

export class ShownImages {
  readonly #images: LoadedImages;
  #left = MOST_IMAGES.bytes;

  constructor(images: LoadedImages) {
    this.#images = images;
  }

  /** Undefined for what is none of the document's, or would be too much. */
  take(source: string): Uint8Array | undefined {
    const image = this.#images.get(source);
    if (!image || image.length > this.#left) return undefined;
    this.#left -= image.length;
    return image;
  }
}
