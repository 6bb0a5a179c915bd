/** The boxes of tasks: a click writes into the text, at that very box, where one may edit. */
import { effect } from "@preact/signals";
import type { OpenDocument } from "../open-document.ts";
import type { WatchedText } from "./watched-text.ts";

const BOX = "input[data-task]";

/** What stands between the brackets, by whether it is ticked. */
const TICKED = /^\[[xX]\]$/;
const EMPTY = /^\[[ \u00A0]\]$/;

/** As much of a task as is read out, in characters. */
const LONGEST_NAME = 100;

interface TaskBoxesOptions {
  readonly root: HTMLElement;
  readonly open: OpenDocument;
  readonly text: WatchedText;
  /** Where the block begins that an element is in, in the text that is shown. */
  readonly lineOf: (element: Element) => number | undefined;
}

export class TaskBoxes {
  readonly #root: HTMLElement;
  readonly #open: OpenDocument;
  readonly #text: WatchedText;
  readonly #lineOf: TaskBoxesOptions["lineOf"];
  readonly #ending = new AbortController();
  readonly #stop: () => void;

  constructor({ root, open, text, lineOf }: TaskBoxesOptions) {
    this.#root = root;
    this.#open = open;
    this.#text = text;
    this.#lineOf = lineOf;
    const { signal } = this.#ending;
    root.addEventListener("click", (event) => this.#click(event), { signal });
    this.#stop = effect(() => {
      for (const box of this.#boxes()) box.disabled = !open.canEdit.value;
    });
  }

  stop(): void {
    this.#ending.abort();
    this.#stop();
  }

  /** A new block's boxes have names, and can be clicked if others can. */
  welcome(block: HTMLElement): void {
    for (const box of block.querySelectorAll<HTMLInputElement>(BOX)) {
      box.disabled = !this.#open.canEdit.peek();
      const words = box.closest("p, li")?.textContent.trim() ?? "";
      box.setAttribute("aria-label", words.slice(0, LONGEST_NAME));
    }
  }

  /** Whoever ticks by keyboard stays where they are, though the block is another. Answers what puts the focus back. */
  keepFocus(): () => void {
    const at = this.#boxes().findIndex((box) => box === document.activeElement);
    return () => {
      if (at < 0 || document.activeElement !== document.body) return;
      this.#boxes()[at]?.focus({ preventScroll: true });
    };
  }

  #boxes(): HTMLInputElement[] {
    return [...this.#root.querySelectorAll<HTMLInputElement>(BOX)];
  }

  #click(event: Event): void {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches(BOX)) return;
    if (!this.#write(box)) event.preventDefault();
  }

  /** Whether there was a box in the text that says what this one said. */
  #write(box: HTMLInputElement): boolean {
    const { text, canEdit } = this.#open;
    const first = this.#lineOf(box);
    const [line = Number.NaN, column = Number.NaN] = (box.dataset["task"] ?? "")
      .split(":")
      .map(Number);
    if (first === undefined || Number.isNaN(line + column) || !canEdit.peek()) return false;
    const at = this.#text.placeNow(first + line, column);
    if (at === undefined) return false;
    // The click has changed it already.
    const before = box.checked ? EMPTY : TICKED;
    if (!before.test(this.#text.read(at, at + 3))) return false;
    text.doc?.transact(() => {
      text.delete(at + 1, 1);
      text.insert(at + 1, box.checked ? "x" : " ");
    });
    return true;
  }
}
