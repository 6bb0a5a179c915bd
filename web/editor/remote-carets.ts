/**
 * Where the other people are in the text. A Yjs position is looked up when its
 * person moves; from then on it is mapped through each change like any other,
 * since looking one up walks through the whole document. Draws nothing.
 */
import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { type Person, personOf } from "../people.ts";

export interface RemoteCaret {
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
  /** As the person announced it. */
  readonly place: string;
  /** When it was announced, by `performance.now()`. */
  readonly movedAt: number;
}

/** Where everybody is now. */
export const caretsMoved = StateEffect.define<readonly RemoteCaret[]>();

/** Has the caret of a client id show its name, as if it had just moved. */
export const pointAt = StateEffect.define<number>();

/** Everybody but oneself who has a caret in the text. */
export const remoteCarets = StateField.define<readonly RemoteCaret[]>({
  create: () => [],
  update(carets, transaction) {
    const moved = transaction.effects.find((effect) => effect.is(caretsMoved));
    if (moved) return moved.value;
    const pointed = transaction.effects.find((effect) => effect.is(pointAt));
    const mapped = transaction.docChanged ? mapThrough(carets, transaction) : carets;
    return pointed ? mapped.map((caret) => asIfMoved(caret, pointed.value)) : mapped;
  },
});

/** Somebody's caret, as it is drawn; undefined for whoever has none. */
export function caretOf(state: EditorState, clientId: number): RemoteCaret | undefined {
  return state.field(remoteCarets).find(({ person }) => person.clientId === clientId);
}

function asIfMoved(caret: RemoteCaret, clientId: number): RemoteCaret {
  return caret.person.clientId === clientId ? { ...caret, movedAt: performance.now() } : caret;
}

/** A caret holds on to what follows it, as a relative position does. */
function mapThrough(
  carets: readonly RemoteCaret[],
  { changes }: Transaction,
): readonly RemoteCaret[] {
  return carets.map((caret) => ({
    ...caret,
    anchor: changes.mapPos(caret.anchor, 1),
    head: changes.mapPos(caret.head, 1),
  }));
}

/** Keeps `remoteCarets` in step with awareness. */
export function followCarets(text: Y.Text, awareness: Awareness): Extension {
  return [remoteCarets, ViewPlugin.define((view) => new Follower(view, text, awareness))];
}

/** Looks at most once a frame, however many people move. */
class Follower {
  readonly #view: EditorView;
  readonly #text: Y.Text;
  readonly #awareness: Awareness;
  #frame: number | undefined;
  /** Somebody is where the text has not arrived yet. */
  #isBehind = false;

  constructor(view: EditorView, text: Y.Text, awareness: Awareness) {
    this.#view = view;
    this.#text = text;
    this.#awareness = awareness;
    awareness.on("change", this.#plan);
    this.#plan();
  }

  update({ docChanged }: ViewUpdate): void {
    if (docChanged && this.#isBehind) this.#plan();
  }

  destroy(): void {
    this.#awareness.off("change", this.#plan);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  readonly #plan = (): void => {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#look();
    });
  };

  #look(): void {
    const before = this.#view.state.field(remoteCarets);
    const known = new Map(before.map((caret) => [caret.person.clientId, caret]));
    this.#isBehind = false;
    const carets: RemoteCaret[] = [];
    for (const [clientId, state] of this.#awareness.getStates()) {
      const cursor = clientId === this.#awareness.clientID ? undefined : cursorOf(state);
      const caret = cursor && this.#find(clientId, cursor, known.get(clientId));
      if (caret) carets.push(caret);
    }
    if (carets.length + before.length > 0) this.#view.dispatch({ effects: caretsMoved.of(carets) });
  }

  #find(clientId: number, cursor: Cursor, known?: RemoteCaret): RemoteCaret | undefined {
    const person = personOf(this.#awareness, clientId);
    const place = JSON.stringify(cursor);
    if (known?.place === place) return { ...known, person };
    const head = indexOf(this.#text, cursor.head);
    const isEmpty = JSON.stringify(cursor.anchor) === JSON.stringify(cursor.head);
    const anchor = isEmpty ? head : indexOf(this.#text, cursor.anchor);
    if (anchor !== undefined && head !== undefined) {
      const end = this.#view.state.doc.length;
      const movedAt = performance.now();
      return { person, anchor: Math.min(anchor, end), head: Math.min(head, end), place, movedAt };
    }
    this.#isBehind = true;
    return known && { ...known, person };
  }
}

interface Cursor {
  readonly anchor?: unknown;
  readonly head?: unknown;
}

function cursorOf(state: unknown): Cursor | undefined {
  const { cursor } = (state ?? {}) as { cursor?: Cursor | null };
  return cursor ?? undefined;
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
