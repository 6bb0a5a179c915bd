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
import { caretFollowing } from "./caret-following.ts";
import { peopleStrip } from "./people-strip.ts";
import { followCarets, type RemoteCaret, remoteCarets } from "./remote-carets.ts";

/** How near the pointer must be to a caret to show its name, in pixels. */
const NEAR = 8;

/** The longest flag, in pixels; in a narrow view it is shorter. */
const FLAG_ROOM = 200;

/** A flag that fits to neither side of the middle would be cut off: the longest, as a share of the view's width. */
const FLAG_SHARE = 0.45;

/** Below this distance from the upper edge of the view a flag would be cut off; it hangs under its caret. Pixels. */
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
    EditorView.domEventHandlers({ mousemove: showNamesNear, scroll: keepFlagsInside }),
    caretFollowing,
    peopleStrip,
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
  const { scrollTop, clientWidth } = view.scrollDOM;
  const hangs = box.top - scrollTop < FLAG_HEIGHT;
  const room = Math.min(FLAG_ROOM, Math.floor(clientWidth * FLAG_SHARE));
  const turns = box.left + room > clientWidth;
  return [new CaretMarker({ person, movedAt, box, hangs, turns, room })];
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
  /** The longest that the flag may be, in pixels. */
  readonly room: number;
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
    flag.dir = "auto";
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
    const { person, box, hangs, turns, room } = this.look;
    caret.className = `cm-person-caret${hangs ? " hangs" : ""}${turns ? " turns" : ""}`;
    caret.style.left = `${box.left}px`;
    caret.style.top = `${box.top}px`;
    caret.style.height = `${box.height}px`;
    caret.style.setProperty("--person", person.color);
    flag.style.maxWidth = `${room}px`;
    flag.textContent = person.name;
  }
}

/** One for each flag: to ask an element for its animations has the browser compute the style of everything. */
const fading = new WeakMap<HTMLElement, Animation>();

/** A caret that comes into view long after it moved keeps its name to itself. */
function announce(flag: HTMLElement, movedAt: number): void {
  const frames = [{ opacity: 1 }, { opacity: 1, offset: 0.9 }, { opacity: 0 }];
  const showing = fading.get(flag) ?? flag.animate(frames, { duration: FLAG_MS });
  fading.set(flag, showing);
  const age = performance.now() - movedAt;
  // At its end it would begin anew.
  if (age >= FLAG_MS) return showing.finish();
  showing.currentTime = age;
  showing.play();
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

/** What is scrolled is not drawn anew, and a flag that had room may be at the edge now. */
function keepFlagsInside(_event: Event, view: EditorView): void {
  const { top: edge } = view.scrollDOM.getBoundingClientRect();
  for (const caret of view.dom.querySelectorAll(".cm-person-caret")) {
    const { top } = caret.getBoundingClientRect();
    caret.classList.toggle("hangs", top - edge < FLAG_HEIGHT);
  }
}
