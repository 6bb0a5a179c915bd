/** The line above a preview that says why images of other sites are not shown, and offers them. */
import { effect } from "@preact/signals";
import { allowForeign, hasForeign, showForeign, showsForeign } from "../images/foreign-images.ts";
import { words } from "../words/words.ts";

export class ForeignNotice {
  readonly element = document.createElement("p");
  readonly #root: HTMLElement;
  readonly #id: string;
  readonly #stop: () => void;

  /** @param root what holds the images. @param id of the document. */
  constructor(root: HTMLElement, id: string) {
    this.#root = root;
    this.#id = id;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "text-button";
    button.addEventListener("click", () => allowForeign(id));
    this.element.className = "preview-notice";
    this.#stop = effect(() => {
      const { foreignImages, showForeignImages } = words.value.preview;
      button.textContent = showForeignImages;
      this.element.replaceChildren(foreignImages, " ", button);
      this.look();
    });
  }

  /** There may be other images than before. */
  look(): void {
    if (showsForeign(this.#id)) showForeign(this.#root);
    this.element.hidden = !hasForeign(this.#root);
  }

  stop(): void {
    this.#stop();
  }
}
