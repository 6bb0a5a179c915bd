/** A document's own images for Word, in the formats that Word shows everywhere. */
import { ImageRun } from "docx";
import type { LoadedImages } from "./document-images.ts";
import { type ImageSize, imageSize } from "./image-size.ts";
import { ShownImages } from "./shown-images.ts";

/** Of the room for text on a page, in pixels at 96 to the inch. */
const LARGEST: ImageSize = { width: 600, height: 860 };

const TYPES = { png: "png", jpg: "jpg", gif: "gif" } as const;

export class DocxImages {
  readonly #images: ShownImages;
  #count = 0;

  constructor(images: LoadedImages) {
    this.#images = new ShownImages(images);
  }

  /** Undefined for what is none of them. */
  run(source: string, alt: string): ImageRun | undefined {
    const type = TYPES[source.split(".").at(-1) as keyof typeof TYPES];
    const data = type && this.#images.take(source);
    const size = data && imageSize(data);
    if (!data || !size) return undefined;
    // Numbers of our own: those of the package go on over all documents.
    const id = String((this.#count += 1));
    const altText = { id, name: `Image ${id}`, description: alt };
    return new ImageRun({ type, data, transformation: fitted(size), altText });
  }
}

/** Never enlarged. */
function fitted({ width, height }: ImageSize): ImageSize {
  const scale = Math.min(1, LARGEST.width / width, LARGEST.height / height);
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}
