/**
 * Other people's carets and selections, drawn in layers around the text: nothing
 * stands in the text itself, so arrow keys, wrapping and selections pass as if
 * nothing were there. Where they are is `remote-carets.ts`'s to know.
 */
import { EditorSelection, type Extension } from "@codemirror/state";
import {
  EditorView,
  layer,
  type LayerMarker,
  RectangleMarker,
  type ViewUpdate,
} from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Person } from "../people.ts";
import { followCarets, type RemoteCaret, remoteCarets } from "./remote-carets.ts";

/** How near the pointer must be to a caret to show its name, in pixels. */
const NEAR = 8;

/** Room that a flag needs to the right of its caret, in pixels. */
const FLAG_ROOM = 140;

/** Below this distance from the top a flag would be cut off; it hangs under its caret. Pixels. */
const FLAG_HEIGHT = 22;

/** The name shows while somebody moves and for two seconds after, then fades. Milliseconds. */
const FLAG_MS = 2200;

export function carets(text: Y.Text, awareness: Awareness): Extension {
  return [
    followCarets(text, awareness),
    layer({
      above: false,
      class: "cm-people-selections",
      update: mustRedraw,
      markers: (view) => present(view).flatMap((caret) => selectionMarkers(view, caret)),
    }),
    layer({
      above: true,
      class: "cm-people-carets",
      update: mustRedraw,
      markers: (view) => present(view).flatMap((caret) => caretMarkers(view, caret)),
    }),
    EditorView.domEventHandlers({ mousemove: showNamesNear }),
  ];
}

function present(view: EditorView): readonly RemoteCaret[] {
  return view.state.field(remoteCarets);
}

function mustRedraw(update: ViewUpdate): boolean {
  const haveMoved = update.startState.field(remoteCarets) !== update.state.field(remoteCarets);
  return haveMoved || update.geometryChanged || update.viewportChanged;
}

function selectionMarkers(view: EditorView, caret: RemoteCaret): LayerMarker[] {
  if (caret.anchor === caret.head) return [];
  const range = EditorSelection.range(caret.anchor, caret.head);
  const color = caret.person.color;
  return RectangleMarker.forRange(view, "cm-person-selection", range).map(
    (rectangle) => new Tinted(rectangle, color),
  );
}

function caretMarkers(view: EditorView, caret: RemoteCaret): LayerMarker[] {
  const { person, anchor, head, movedAt } = caret;
  // At the end of what is selected, also where the line wraps there.
  const cursor = EditorSelection.cursor(head, head > anchor ? -1 : 1);
  const [box] = RectangleMarker.forRange(view, "", cursor);
  if (!box) return [];
  const hangs = box.top < FLAG_HEIGHT;
  const turns = box.left + FLAG_ROOM > view.scrollDOM.clientWidth;
  return [new CaretMarker({ person, movedAt, box, hangs, turns })];
}

/** A rectangle of a selection in its person's colour. */
class Tinted implements LayerMarker {
  readonly rectangle: RectangleMarker;
  readonly color: string;

  constructor(rectangle: RectangleMarker, color: string) {
    this.rectangle = rectangle;
    this.color = color;
  }

  eq(other: LayerMarker): boolean {
    return (
      other instanceof Tinted && other.color === this.color && other.rectangle.eq(this.rectangle)
    );
  }

  draw(): HTMLElement {
    const element = this.rectangle.draw();
    element.style.setProperty("--person", this.color);
    return element;
  }
}

interface CaretLook {
  readonly person: Person;
  readonly movedAt: number;
  readonly box: Pick<RectangleMarker, "left" | "top" | "height">;
  /** The flag is under the caret, as there is no room above. */
  readonly hangs: boolean;
  /** The flag is to the left, as there is no room to the right. */
  readonly turns: boolean;
}

class CaretMarker implements LayerMarker {
  readonly look: CaretLook;

  constructor(look: CaretLook) {
    this.look = look;
  }

  eq(other: LayerMarker): boolean {
    return other instanceof CaretMarker && JSON.stringify(other.look) === JSON.stringify(this.look);
  }

  draw(): HTMLElement {
    const caret = document.createElement("div");
    const flag = document.createElement("span");
    flag.className = "cm-person-flag";
    caret.append(flag);
    this.#show(caret, flag);
    announce(flag, this.look.movedAt);
    return caret;
  }

  /** Keeps the element of the same person, so that a caret moves rather than being made anew. */
  update(caret: HTMLElement, previous: LayerMarker): boolean {
    const flag = caret.firstElementChild;
    if (!(previous instanceof CaretMarker) || !(flag instanceof HTMLElement)) return false;
    if (previous.look.person.clientId !== this.look.person.clientId) return false;
    this.#show(caret, flag);
    if (previous.look.movedAt !== this.look.movedAt) announce(flag, this.look.movedAt);
    return true;
  }

  #show(caret: HTMLElement, flag: HTMLElement): void {
    const { person, box, hangs, turns } = this.look;
    caret.className = "cm-person-caret";
    caret.classList.toggle("hangs", hangs);
    caret.classList.toggle("turns", turns);
    caret.style.left = `${box.left}px`;
    caret.style.top = `${box.top}px`;
    caret.style.height = `${box.height}px`;
    caret.style.setProperty("--person", person.color);
    flag.textContent = person.name;
  }
}

/** A caret that comes into view long after it moved keeps its name to itself. */
function announce(flag: HTMLElement, movedAt: number): void {
  for (const running of flag.getAnimations()) running.cancel();
  const frames = [{ opacity: 1 }, { opacity: 1, offset: 0.9 }, { opacity: 0 }];
  const showing = flag.animate(frames, { duration: FLAG_MS });
  showing.currentTime = Math.min(FLAG_MS, performance.now() - movedAt);
}

/** Layers let the pointer through to the text, so nearness is measured instead. */
function showNamesNear(event: MouseEvent, view: EditorView): void {
  for (const caret of view.dom.querySelectorAll(".cm-person-caret")) {
    const { left, top, bottom } = caret.getBoundingClientRect();
    const isNear =
      Math.abs(event.clientX - left) < NEAR && event.clientY > top && event.clientY < bottom;
    caret.classList.toggle("named", isNear);
  }
}
