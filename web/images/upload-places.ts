/**
 * Where images will stand that are still on their way: a widget each, seen here alone, that
 * moves with the text around it. Knows the editor and nothing of what is sent.
 */
import { StateEffect, StateField, type Transaction } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin, WidgetType } from "@codemirror/view";

/** An image on its way. */
export interface Place {
  /** What is shown. */
  readonly element: HTMLElement;
  /** Of two at one place the lower one stands first. */
  readonly order: number;
  /** What was going into an editor that is gone has nowhere to go. */
  readonly cancel: () => void;
}

interface Placed {
  readonly place: Place;
  readonly at: number;
}

const addPlace = StateEffect.define<Placed>();

/** Takes it out again; with a change at its position, that takes its place. */
export const removePlace = StateEffect.define<Place>();

const places = StateField.define<readonly Placed[]>({
  create: () => [],
  update: (placed, transaction) => {
    const removed = placesOf(transaction);
    const left = placed.filter(({ place }) => !removed.includes(place));
    const added = transaction.effects.flatMap((effect) =>
      effect.is(addPlace) ? [effect.value] : [],
    );
    if (!transaction.docChanged && left.length === placed.length) {
      return added.length > 0 ? [...left, ...added] : placed;
    }
    const moved = left.map(({ place, at }) => {
      // What takes the place of a later one stands behind, and all else before.
      const isBehind = removed.some(({ order }) => order > place.order);
      return { place, at: transaction.changes.mapPos(at, isBehind ? -1 : 1) };
    });
    return [...moved, ...added];
  },
  provide: (field) =>
    EditorView.decorations.from(field, (placed) =>
      Decoration.set(
        placed
          .toSorted((a, b) => a.place.order - b.place.order)
          .map(({ place, at }) =>
            Decoration.widget({ widget: new Chip(place), side: 1 }).range(at),
          ),
        true,
      ),
    ),
});

const endWithTheEditor = ViewPlugin.define((view) => ({
  destroy: () => {
    for (const { place } of view.state.field(places)) place.cancel();
  },
}));

/** Shows them at one position, in their order. */
export function addPlaces(view: EditorView, added: readonly Place[], at: number): void {
  const isFirst = !view.state.field(places, false);
  // Before, and not together: a field takes no effects of the transaction that brings it.
  if (isFirst) {
    view.dispatch({ effects: StateEffect.appendConfig.of([places, endWithTheEditor]) });
  }
  view.dispatch({ effects: added.map((place) => addPlace.of({ place, at })) });
}

/** Where it is now; undefined once it is removed. */
export function positionOf(view: EditorView, place: Place): number | undefined {
  return view.state.field(places).find((placed) => placed.place === place)?.at;
}

function placesOf({ effects }: Transaction): Place[] {
  return effects.flatMap((effect) => (effect.is(removePlace) ? [effect.value] : []));
}

class Chip extends WidgetType {
  readonly #place: Place;

  constructor(place: Place) {
    super();
    this.#place = place;
  }

  override eq(other: Chip): boolean {
    return other.#place === this.#place;
  }

  override toDOM(): HTMLElement {
    return this.#place.element;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
