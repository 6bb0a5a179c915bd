/**
 * Going to a person's place, and along with them: a first click jumps, a second follows, and
 * whatever one does oneself ends it. Asked for, never forced, and never after somebody who left.
 */
import type { EditorView } from "@codemirror/view";
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { follow, jumpHome, jumpTo } from "./editor/caret-following.ts";
import { inSentence } from "./names.ts";
import type { Person } from "./people.ts";
import { toast } from "./toast.tsx";
import { words } from "./words/words.ts";

/** How long it is said that somebody is no longer here; milliseconds. */
const GONE_MS = 4000;

/** Alone they type nothing; Tab leads to the button that ends it. */
const SILENT_KEYS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "Tab"]);

/** The buttons that ask for it: their keys are clicks. */
const ASKING = "[data-jumps]";

/** Where it is up to; `near` after a jump, as long as one does nothing else. */
type State =
  | { readonly kind: "apart" }
  | { readonly kind: "near"; readonly clientId: number }
  | { readonly kind: "following"; readonly person: Person };

const APART: State = { kind: "apart" };

export interface FollowingOptions {
  readonly view: ReadonlySignal<EditorView | undefined>;
  readonly people: ReadonlySignal<readonly Person[]>;
  /** Whether the people are those who are here now, and not what a lost connection left. */
  readonly isCurrent: ReadonlySignal<boolean>;
}

export class Following {
  readonly #view: ReadonlySignal<EditorView | undefined>;
  readonly #state = signal<State>(APART);
  readonly #gone = signal("");
  readonly #stopWatching: () => void;
  #goneTimer: ReturnType<typeof setTimeout> | undefined;
  #ending = new AbortController();

  /** The client id of who is followed. */
  readonly whom = computed(() => {
    const state = this.#state.value;
    return state.kind === "following" ? state.person.clientId : undefined;
  });

  /** What to say of it; empty for nothing. */
  readonly words = computed(() => {
    const state = this.#state.value;
    if (state.kind !== "following") return this.#gone.value;
    return words.value.people.following(inSentence(state.person.name));
  });

  constructor({ view, people, isCurrent }: FollowingOptions) {
    this.#view = view;
    // Without a connection nobody is known to have gone: whoever is back with it is still followed.
    this.#stopWatching = effect(() => {
      if (isCurrent.value) this.#keepUp(people.value);
    });
  }

  /** Somebody was clicked. Answers whether the view went anywhere. */
  approach(person: Person): boolean {
    const view = this.#view.peek();
    const state = this.#state.peek();
    if (!view) return false;
    const isSecond = state.kind === "near" && state.clientId === person.clientId;
    const wasFollowing = this.whom.peek() === person.clientId;
    this.stop();
    if (wasFollowing) return false;
    if (person.isSelf) {
      jumpHome(view);
      return true;
    }
    if (!jumpTo(view, person.clientId)) {
      toast(words.peek().people.notInText(inSentence(person.name)));
      return false;
    }
    if (isSecond) follow(view, person.clientId);
    const { clientId } = person;
    this.#state.value = isSecond ? { kind: "following", person } : { kind: "near", clientId };
    this.#endBy(view);
    return true;
  }

  /** Where one is, one stays. */
  stop(): void {
    this.#ending.abort();
    const view = this.#view.peek();
    if (view && this.whom.peek() !== undefined) follow(view, undefined);
    this.#state.value = APART;
  }

  /** For good. */
  close(): void {
    this.#stopWatching();
    clearTimeout(this.#goneTimer);
    this.stop();
  }

  /** With a rename, and with a departure. */
  #keepUp(people: readonly Person[]): void {
    const state = this.#state.peek();
    if (state.kind !== "following") return;
    const person = people.find(({ clientId }) => clientId === state.person.clientId);
    if (person) {
      this.#state.value = { kind: "following", person };
      return;
    }
    this.stop();
    this.#gone.value = words.peek().people.gone(inSentence(state.person.name));
    clearTimeout(this.#goneTimer);
    this.#goneTimer = setTimeout(() => (this.#gone.value = ""), GONE_MS);
  }

  /** Any key, a press into the text, or scrolling by hand. */
  #endBy({ dom }: EditorView): void {
    this.#ending = new AbortController();
    const { signal: until } = this.#ending;
    const stop = () => this.stop();
    addEventListener("keydown", (event) => meansToStop(event) && stop(), {
      signal: until,
      capture: true,
    });
    for (const type of ["pointerdown", "wheel", "touchmove"]) {
      dom.addEventListener(type, stop, { signal: until, capture: true, passive: true });
    }
  }
}

function meansToStop({ key, target }: KeyboardEvent): boolean {
  const asks = target instanceof Element && target.closest(ASKING) !== null;
  return !SILENT_KEYS.has(key) && !(asks && (key === "Enter" || key === " "));
}
