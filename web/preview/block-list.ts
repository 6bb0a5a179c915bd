/**
 * The blocks that are shown. One that says the same stays the same element, with its images, its
 * selection and its place; others are made in slices, so that a key never waits for many.
 */
import { drawBlock, shadeNow } from "./drawing.ts";
import { idle } from "./idle.ts";
import type { PlacedBlock } from "./rounds.ts";

/** Milliseconds after which a slice ends. */
const SLICE_MS = 5;

export interface ShownBlock {
  readonly element: HTMLElement;
  readonly line: number | undefined;
  readonly end: number;
}

export class BlockList {
  /** In their order. */
  shown: readonly ShownBlock[] = [];
  readonly #root: HTMLElement;
  readonly #onDrawn: (element: HTMLElement) => void;
  #elements = new Map<number, HTMLElement>();

  /** @param onDrawn told of each new block before it is shown. */
  constructor(root: HTMLElement, onDrawn: (element: HTMLElement) => void) {
    this.#root = root;
    this.#onDrawn = onDrawn;
  }

  /** The list is whole when it resolves; the blocks before the one that is made are so already. */
  async update(blocks: readonly PlacedBlock[]): Promise<void> {
    this.#drop(new Set(blocks.map(({ id }) => id)));
    const shown: ShownBlock[] = [];
    let began = performance.now();
    let next = this.#root.firstElementChild;
    for (const { id, html, line, end } of blocks) {
      const element = this.#elements.get(id) ?? this.#make(id, html ?? "");
      if (element === next) next = next.nextElementSibling;
      else this.#root.insertBefore(element, next);
      shown.push({ element, line, end });
      if (performance.now() - began < SLICE_MS) continue;
      await idle();
      began = performance.now();
    }
    this.shown = shown;
  }

  /** Their numbers mean nothing any more; they are shown until the next update. */
  forget(): void {
    this.#elements.clear();
  }

  /** Where the block begins that an element is in. */
  lineOf(element: Element): number | undefined {
    return this.shown.find((block) => block.element.contains(element))?.line;
  }

  #make(id: number, html: string): HTMLElement {
    const { element } = drawBlock(html, shadeNow());
    this.#elements.set(id, element);
    this.#onDrawn(element);
    return element;
  }

  #drop(wanted: ReadonlySet<number>): void {
    for (const id of this.#elements.keys()) if (!wanted.has(id)) this.#elements.delete(id);
    const kept = new Set<Element>(this.#elements.values());
    const gone = [...this.#root.children].filter((element) => !kept.has(element));
    for (const element of gone) element.remove();
  }
}
