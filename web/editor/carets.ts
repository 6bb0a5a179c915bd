/**
 * Other people's carets and selections, drawn in layers around the text: nothing
 * stands in the text itself, so arrow keys, wrapping and selections pass as if
 * nothing were there. Positions are Yjs relative positions, as stock editors
 * write them into awareness.
 */
import { EditorSelection, type Extension, StateEffect } from "@codemirror/state";
import {
  EditorView,
  layer,
  type LayerMarker,
  RectangleMarker,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Person, personOf } from "../people.ts";

/** Somebody moved, came, went or was renamed. */
const peopleChanged = StateEffect.define();

/** How near the pointer must be to a caret to show its name, in pixels. */
const NEAR = 8;

/** Room that a flag needs to the right of its caret, in pixels. */
const FLAG_ROOM = 140;

/** Below this distance from the top a flag would be cut off; it hangs under its caret. Pixels. */
const FLAG_HEIGHT = 22;

interface Caret {
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
  /** Changes whenever the person moves, and with nothing else. */
  readonly place: string;
}

export function carets(text: Y.Text, awareness: Awareness): Extension {
  const present = (view: EditorView) => caretsIn(view, text, awareness);
  return [
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
    ViewPlugin.define((view) => followAwareness(view, awareness)),
    EditorView.domEventHandlers({ mousemove: showNamesNear }),
  ];
}

function mustRedraw(update: ViewUpdate): boolean {
  const told = update.transactions.some(({ effects }) => effects.some((e) => e.is(peopleChanged)));
  return told || update.docChanged || update.geometryChanged || update.viewportChanged;
}

/** Redraws at most once a frame, however many people move. */
function followAwareness(view: EditorView, awareness: Awareness) {
  let frame: number | undefined;
  const onChange = () => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      view.dispatch({ effects: peopleChanged.of(null) });
    });
  };
  awareness.on("change", onChange);
  return {
    destroy() {
      awareness.off("change", onChange);
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}

function caretsIn(view: EditorView, text: Y.Text, awareness: Awareness): Caret[] {
  const found: Caret[] = [];
  for (const [clientId, state] of awareness.getStates()) {
    if (clientId === awareness.clientID) continue;
    const cursor = (state as { cursor?: { anchor?: unknown; head?: unknown } | null }).cursor;
    const anchor = indexOf(text, cursor?.anchor);
    const head = indexOf(text, cursor?.head);
    if (anchor === undefined || head === undefined) continue;
    const end = view.state.doc.length;
    const place = JSON.stringify(cursor);
    const person = personOf(awareness, clientId);
    found.push({ person, anchor: Math.min(anchor, end), head: Math.min(head, end), place });
  }
  return found;
}

/** Undefined for what is no position in this text: anybody can write anything into awareness. */
function indexOf(text: Y.Text, json: unknown): number | undefined {
  if (!json || !text.doc) return undefined;
  try {
    const relative = Y.createRelativePositionFromJSON(json);
    const absolute = Y.createAbsolutePositionFromRelativePosition(relative, text.doc);
    return absolute?.type === text ? absolute.index : undefined;
  } catch {
    return undefined;
  }
}

function selectionMarkers(view: EditorView, caret: Caret): LayerMarker[] {
  if (caret.anchor === caret.head) return [];
  const range = EditorSelection.range(caret.anchor, caret.head);
  const color = caret.person.color;
  return RectangleMarker.forRange(view, "cm-person-selection", range).map(
    (rectangle) => new Tinted(rectangle, color),
  );
}

function caretMarkers(view: EditorView, { person, anchor, head, place }: Caret): LayerMarker[] {
  // At the end of what is selected, also where the line wraps there.
  const cursor = EditorSelection.cursor(head, head > anchor ? -1 : 1);
  const [box] = RectangleMarker.forRange(view, "", cursor);
  if (!box) return [];
  const hangs = box.top < FLAG_HEIGHT;
  const turns = box.left + FLAG_ROOM > view.scrollDOM.clientWidth;
  return [new CaretMarker({ person, place, box, hangs, turns })];
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
  readonly place: string;
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
    announce(flag);
    return caret;
  }

  /** Keeps the element of the same person, so that a caret moves rather than being made anew. */
  update(caret: HTMLElement, previous: LayerMarker): boolean {
    const flag = caret.firstElementChild;
    if (!(previous instanceof CaretMarker) || !(flag instanceof HTMLElement)) return false;
    if (previous.look.person.clientId !== this.look.person.clientId) return false;
    this.#show(caret, flag);
    if (previous.look.place !== this.look.place) announce(flag);
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

/** The name shows while somebody moves and for two seconds after, then fades. */
function announce(flag: HTMLElement): void {
  for (const running of flag.getAnimations()) running.cancel();
  flag.animate([{ opacity: 1 }, { opacity: 1, offset: 0.9 }, { opacity: 0 }], { duration: 2200 });
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
