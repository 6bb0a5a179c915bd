/**
 * A mark at the right edge for each person whose caret is out of view, at the
 * relative place in the document. For the eye and the pointer: screen readers
 * have the list of people.
 */
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { jumpTo } from "./caret-following.ts";
import { type RemoteCaret, remoteCarets } from "./remote-carets.ts";
import { spread } from "./spread.ts";

/** From one mark to the next, and their height; pixels. */
const GAP = 8;

interface Mark {
  readonly caret: RemoteCaret;
  /** From the top of the strip, in pixels. */
  readonly top: number;
}

interface Layout {
  readonly marks: readonly Mark[];
  readonly top: number;
  readonly height: number;
  /** Of the scrollbar, which stays free. */
  readonly right: number;
}

export const peopleStrip = ViewPlugin.define((view) => new Strip(view));

class Strip {
  readonly #view: EditorView;
  readonly #home = document.createElement("div");
  readonly #elements = new Map<number, HTMLElement>();
  readonly #request = {
    read: () => this.#measure(),
    write: (layout: Layout) => this.#draw(layout),
  };

  constructor(view: EditorView) {
    this.#view = view;
    this.#home.className = "cm-people-strip";
    this.#home.ariaHidden = "true";
    view.dom.append(this.#home);
    view.scrollDOM.addEventListener("scroll", this.#plan, { passive: true });
    this.#plan();
  }

  update({ startState, state, geometryChanged }: ViewUpdate): void {
    const haveMoved = startState.field(remoteCarets) !== state.field(remoteCarets);
    if (haveMoved || geometryChanged) this.#plan();
  }

  destroy(): void {
    this.#view.scrollDOM.removeEventListener("scroll", this.#plan);
    this.#home.remove();
  }

  readonly #plan = (): void => this.#view.requestMeasure(this.#request);

  #measure(): Layout {
    const { scrollDOM, state } = this.#view;
    const { scrollTop, scrollHeight, clientHeight: height } = scrollDOM;
    const placed = state
      .field(remoteCarets)
      .map((caret) => ({ caret, y: placeOf(this.#view, caret) }));
    const away = placed.filter(({ y }) => y < scrollTop || y > scrollTop + height);
    const wanted = away.map(({ y }) => (y / scrollHeight) * height - GAP / 2);
    const tops = spread(wanted, { gap: GAP, length: height - GAP });
    return {
      marks: away.map(({ caret }, index) => ({ caret, top: tops[index] ?? 0 })),
      top: scrollDOM.offsetTop,
      height,
      right: scrollDOM.offsetWidth - scrollDOM.clientWidth,
    };
  }

  #draw({ marks, top, height, right }: Layout): void {
    Object.assign(this.#home.style, {
      top: `${top}px`,
      height: `${height}px`,
      right: `${right}px`,
    });
    const shown = new Set(marks.map(({ caret }) => caret.person.clientId));
    for (const [clientId, element] of this.#elements) {
      if (shown.has(clientId)) continue;
      element.remove();
      this.#elements.delete(clientId);
    }
    for (const mark of marks) show(this.#elementOf(mark.caret.person.clientId), mark);
  }

  #elementOf(clientId: number): HTMLElement {
    const known = this.#elements.get(clientId);
    if (known) return known;
    const element = document.createElement("div");
    const name = document.createElement("span");
    element.className = "cm-people-mark";
    name.dir = "auto";
    element.append(name);
    // The focus stays where it is.
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", () => jumpTo(this.#view, clientId));
    this.#elements.set(clientId, element);
    this.#home.append(element);
    return element;
  }
}

/** In pixels from the top of what scrolls; within a long paragraph by the share of its text. */
function placeOf(view: EditorView, { head }: RemoteCaret): number {
  const { top, height, from, length } = view.lineBlockAt(head);
  const share = length > 0 ? (head - from) / length : 0.5;
  return view.documentPadding.top + top + share * height;
}

function show(element: HTMLElement, { caret, top }: Mark): void {
  const { name, color } = caret.person;
  element.style.transform = `translateY(${top}px)`;
  element.style.setProperty("--person", color);
  if (element.textContent !== name && element.firstChild) element.firstChild.textContent = name;
}
