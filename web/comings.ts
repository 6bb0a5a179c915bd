/**
 * Tells of people who come and go, and of a save state that turns bad and good again:
 * gathered, and seldom enough to be listened to. Knows no component.
 */
import { effect } from "@preact/signals";
import { Gathered } from "./gathered.ts";
import { inSentence } from "./names.ts";
import type { OpenDocument } from "./open-document.ts";
import { Roll } from "./roll.ts";
import { SaveNews } from "./save-news.ts";
import { Slot } from "./slot.ts";
import { words } from "./words/words.ts";

/** Who comes within this time is told together; milliseconds. */
const GATHER_MS = 1000;

/** Between two announcements; milliseconds. */
const PAUSE_MS = 5000;

/** Of more people so many are named, and the others are counted. */
const NAMED = 2;

/** What is watched of a document. */
export type Watched = Pick<OpenDocument, "people" | "save"> & {
  readonly provider: Pick<OpenDocument["provider"], "isCurrent">;
};

export interface ComingsOptions {
  /** To be seen: who came. */
  readonly show: (sentence: string) => void;
  /** To be heard: people and the save state, at most once in five seconds. */
  readonly announce: (sentences: string) => void;
}

export class Comings {
  readonly #watched: Watched;
  readonly #roll = new Roll();
  readonly #seen = new Gathered();
  readonly #heard = new Gathered();
  readonly #saves = new SaveNews();
  readonly #toasts: Slot;
  readonly #announcements: Slot;
  readonly #stops: (() => void)[];
  #wasCurrent = false;

  constructor(watched: Watched, { show, announce }: ComingsOptions) {
    this.#watched = watched;
    this.#toasts = new Slot({ gather: GATHER_MS }, () => tell(show, this.#toSee()));
    this.#announcements = new Slot({ gather: GATHER_MS, pause: PAUSE_MS }, () =>
      tell(announce, this.#toHear()),
    );
    this.#stops = [effect(() => this.#look()), effect(() => this.#lookAtSave())];
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#toasts.close();
    this.#announcements.close();
  }

  /** Without a connection nobody is known to have come or gone. */
  #look(): void {
    const { people, provider } = this.#watched;
    const isCurrent = provider.isCurrent.value;
    const here = people.value;
    const isNew = isCurrent && !this.#wasCurrent;
    this.#wasCurrent = isCurrent;
    if (isNew) this.#roll.begin(here);
    if (isNew || !isCurrent) return;
    for (const movement of this.#roll.look(here)) {
      this.#heard.add(movement);
      if (movement.kind !== "returned") this.#seen.add(movement);
      this.#toasts.plan();
      this.#announcements.plan();
    }
  }

  /** What it is by then is told, and what it was meanwhile is not. */
  #lookAtSave(): void {
    if (this.#watched.save.value.text) this.#announcements.plan();
  }

  #toSee(): string[] {
    const { joined } = this.#seen.take(this.#watched.people.peek());
    return joined.length > 0 ? [words.peek().people.joined(listed(joined))] : [];
  }

  #toHear(): string[] {
    const { joined, left } = this.#heard.take(this.#watched.people.peek());
    const { people } = words.peek();
    return [
      ...(joined.length > 0 ? [people.joined(listed(joined))] : []),
      ...(left.length > 0 ? [people.left(listed(left))] : []),
      ...this.#saves.look(this.#watched.save.peek()),
    ];
  }
}

/** Answers whether there was something. */
function tell(teller: (sentences: string) => void, sentences: readonly string[]): boolean {
  if (sentences.length > 0) teller(sentences.join(". "));
  return sentences.length > 0;
}

function listed(names: readonly string[]): string {
  const { listLocale, others } = words.peek().people;
  const isLong = names.length > NAMED + 1;
  const named = (isLong ? names.slice(0, NAMED) : names).map(inSentence);
  const counted = isLong ? [others(names.length - NAMED)] : [];
  return new Intl.ListFormat(listLocale, { type: "conjunction" }).format([...named, ...counted]);
}
