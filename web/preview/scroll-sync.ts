/**
 * The text and its preview show the same lines: who is scrolled takes the other along. Places
 * between two known lines are in proportion, and all is measured anew when anything changes its
 * height, as an image does that has come.
 */
import type { EditorView } from "@codemirror/view";
import type { BlockList } from "./block-list.ts";

/** So long after one was taken along its scrolling means nothing, in milliseconds. */
const ECHO_MS = 150;

/** By these somebody takes hold of one of the two. */
const GRASPS = ["wheel", "touchstart", "pointerdown", "keydown"];

interface ScrollSyncOptions {
  readonly region: HTMLElement;
  /** What grows in the region. */
  readonly root: HTMLElement;
  readonly editor: EditorView;
  readonly blocks: BlockList;
}

/** A line of the text, with its fraction, and how far down the preview it begins. */
interface Anchor {
  readonly line: number;
  readonly top: number;
}

interface Side {
  readonly element: HTMLElement;
  /** Takes the other along. */
  readonly lead: () => void;
  /** Until when it only follows. */
  quiet: number;
  /** Where it was put. */
  placed: number;
}

export class ScrollSync {
  readonly #options: ScrollSyncOptions;
  readonly #ending = new AbortController();
  readonly #observer = new ResizeObserver(() => this.measure());
  readonly #text: Side;
  readonly #preview: Side;
  #leader: Side;
  #anchors: readonly Anchor[] | undefined;
  #frame = 0;

  constructor(options: ScrollSyncOptions) {
    this.#options = options;
    const { region, root, editor } = options;
    const text = { element: editor.scrollDOM, lead: () => this.#previewFollows() };
    this.#text = { ...text, quiet: 0, placed: 0 };
    const preview = { element: region, lead: () => this.#textFollows() };
    this.#preview = { ...preview, quiet: 0, placed: 0 };
    this.#leader = this.#text;
    for (const side of [this.#text, this.#preview]) this.#listen(side);
    this.#observer.observe(root);
    this.#observer.observe(region);
  }

  /** Something has another height than before: the preview is put where the text is, unless it leads. */
  measure(): void {
    this.#anchors = undefined;
    if (this.#leader === this.#text) this.#lead(this.#text);
  }

  stop(): void {
    this.#ending.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #listen(side: Side): void {
    const options = { passive: true, capture: true, signal: this.#ending.signal };
    const grasp = () => {
      side.quiet = 0;
      this.#leader = side;
    };
    for (const name of GRASPS) side.element.addEventListener(name, grasp, options);
    side.element.addEventListener(
      "scroll",
      ({ target }) => {
        // A table scrolls inside itself.
        if (target === side.element && !isEcho(side)) this.#lead(side);
      },
      options,
    );
  }

  /** At the next frame, however often it is asked for until then. */
  #lead(side: Side): void {
    this.#leader = side;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(side.lead);
  }

  #previewFollows(): void {
    const { editor } = this.#options;
    const { scrollDOM, documentTop, state } = editor;
    const [top, bottom] = [isAtTop(scrollDOM), isAtBottom(scrollDOM)];
    const height = scrollDOM.getBoundingClientRect().top - documentTop;
    const block = editor.lineBlockAtHeight(height);
    const share = block.height > 0 ? (height - block.top) / block.height : 0;
    const line = state.doc.lineAt(block.from).number - 1 + clamp(share, 0, 1);
    const { element } = this.#preview;
    const anchors = this.#measured();
    const place = interpolate(anchors, line, "line", "top");
    put(this.#preview, top ? 0 : bottom ? element.scrollHeight : place);
  }

  #textFollows(): void {
    const { editor } = this.#options;
    const { element } = this.#preview;
    const { doc } = editor.state;
    const line = interpolate(this.#measured(), element.scrollTop, "top", "line");
    const number = clamp(Math.floor(line) + 1, 1, doc.lines);
    const block = editor.lineBlockAt(doc.line(number).from);
    const { scrollDOM, documentTop } = editor;
    const start = documentTop - scrollDOM.getBoundingClientRect().top + scrollDOM.scrollTop;
    const place = start + block.top + block.height * (line - Math.floor(line));
    const [top, bottom] = [isAtTop(element), isAtBottom(element)];
    put(this.#text, top ? 0 : bottom ? scrollDOM.scrollHeight : place);
  }

  #measured(): readonly Anchor[] {
    this.#anchors ??= anchorsIn(this.#options);
    return this.#anchors;
  }
}

/** By blocks, and by what stands in them on lines of its own; lines and places only ever grow. */
function anchorsIn({ region, blocks }: ScrollSyncOptions): Anchor[] {
  const start = region.getBoundingClientRect().top - region.scrollTop;
  const anchors: Anchor[] = [{ line: 0, top: 0 }];
  const add = (line: number, place: number) => {
    const last = anchors.at(-1);
    const top = place - start;
    if (last && line > last.line && top >= last.top) anchors.push({ line, top });
  };
  for (const { element, line, end } of blocks.shown) {
    if (line === undefined) continue;
    const { top, bottom } = element.getBoundingClientRect();
    add(line, top);
    for (const inner of element.querySelectorAll<HTMLElement>("[data-line]")) {
      add(line + Number(inner.dataset["line"]), inner.getBoundingClientRect().top);
    }
    add(end, bottom);
  }
  return anchors;
}

/** Where `value` of the one is on the other; `anchors` has at least one. */
function interpolate(
  anchors: readonly Anchor[],
  value: number,
  from: keyof Anchor,
  to: keyof Anchor,
): number {
  const next = anchors.findIndex((anchor) => anchor[from] > value);
  const [before, after] = [anchors.at(next < 0 ? -1 : next - 1), anchors[next]];
  if (!before) return 0;
  if (!after) return before[to];
  const share = (value - before[from]) / (after[from] - before[from]);
  return before[to] + share * (after[to] - before[to]);
}

/** An editor also moves by itself once it knows how high its lines are. */
function isEcho({ element, quiet, placed }: Side): boolean {
  const isNear = Math.abs(element.scrollTop - placed) < element.clientHeight / 2;
  return isNear && performance.now() < quiet;
}

function put(side: Side, top: number): void {
  const { element } = side;
  if (Math.abs(element.scrollTop - top) < 1) return;
  element.scrollTop = top;
  side.placed = element.scrollTop;
  side.quiet = performance.now() + ECHO_MS;
}

function isAtTop({ scrollTop }: HTMLElement): boolean {
  return scrollTop <= 0;
}

function isAtBottom({ scrollTop, clientHeight, scrollHeight }: HTMLElement): boolean {
  return scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
