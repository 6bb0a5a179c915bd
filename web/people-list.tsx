/** The people in the document, oneself first, and one's own name, edited in place. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ownName, rename } from "./own-name.ts";
import type { Person } from "./people.ts";
import { words } from "./words/words.ts";

type People = ReadonlySignal<readonly Person[]>;

/** As avatars in a row; those past the fifth are counted, and still there for a screen reader. */
const SHOWN = 5;

export function PeopleBar({ people }: { people: People }) {
  const sheet = useRef<HTMLDialogElement>(null);
  const { length } = people.value;
  const count = words.value.people.count(length);
  return (
    <div class="people">
      <div class="people-wide">
        <PeopleList people={people} />
        {length > SHOWN && <span class="more" aria-hidden="true">{`+${length - SHOWN}`}</span>}
        <NameField />
      </div>
      <button
        class="people-count"
        type="button"
        aria-label={count}
        onClick={() => sheet.current?.showModal()}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 20a8 8 0 0 1 16 0" />
        </svg>
        {length}
      </button>
      <dialog
        class="sheet"
        ref={sheet}
        aria-label={words.value.people.name}
        onClick={closeOnBackdrop}
      >
        <div class="sheet-content">
          <h2>{count}</h2>
          <PeopleList people={people} />
          <NameField />
          <form method="dialog">
            {/* Or the name would have it, and a phone would bring its keyboard up. */}
            <button class="button" type="submit" autofocus>
              {words.value.page.done}
            </button>
          </form>
        </div>
      </dialog>
    </div>
  );
}

function PeopleList({ people }: { people: People }) {
  return (
    <ul class="avatars" aria-label={words.value.people.here}>
      {people.value.map((person) => (
        <Avatar key={person.clientId} person={person} />
      ))}
    </ul>
  );
}

function Avatar({ person }: { person: Person }) {
  const { you, canRead } = words.value.people;
  const name = person.isSelf ? you(person.name) : person.name;
  const title = person.readsOnly ? `${name} – ${canRead}` : name;
  return (
    <li class="avatar" style={{ "--person": person.color }} title={title}>
      <span class="avatar-picture" aria-hidden="true">
        {initials(person.name)}
      </span>
      <span class="avatar-name">
        {name}
        {person.readsOnly && <span class="avatar-role"> {canRead}</span>}
      </span>
    </li>
  );
}

/** Shown wherever the list is; the two fields of the page are one value. Others see each key. */
function NameField() {
  const typed = useSignal<string | undefined>(undefined);
  const write = (name: string) => {
    typed.value = name;
    if (name.trim()) rename(name);
  };
  const finish = () => {
    if (typed.value?.trim() === "") rename("");
    typed.value = undefined;
  };
  return (
    <input
      class="name"
      aria-label={words.value.people.yourName}
      title={words.value.people.yourNameHint}
      value={typed.value ?? ownName.value}
      maxLength={40}
      autocomplete="name"
      spellcheck={false}
      onFocus={(event) => event.currentTarget.select()}
      onInput={(event) => write(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
}

function initials(name: string): string {
  const parts = name.split(/\s+/).filter(Boolean);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

function closeOnBackdrop(event: MouseEvent): void {
  const { target, currentTarget } = event;
  if (target === currentTarget && currentTarget instanceof HTMLDialogElement) currentTarget.close();
}
