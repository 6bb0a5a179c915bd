/** The people in the document, oneself first; each leads to their place in the text. */
import type { EditorView } from "@codemirror/view";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { Dialog } from "./dialog.tsx";
import { showName } from "./editor/caret-following.ts";
import { FollowingLine } from "./following-line.tsx";
import { Following, type FollowingOptions } from "./following.ts";
import { NameField } from "./name-field.tsx";
import { initialsOf, inSentence } from "./names.ts";
import type { Person } from "./people.ts";
import { words } from "./words/words.ts";

/** As avatars in a row; those past the fifth are counted, and still there for a screen reader. */
const SHOWN = 5;

export function PeopleBar({ people, view, isCurrent }: FollowingOptions) {
  const isOpen = useSignal(false);
  const following = useMemo(
    () => new Following({ view, people, isCurrent }),
    [view, people, isCurrent],
  );
  useEffect(() => () => following.close(), [following]);
  const { length } = people.value;
  const { here, more } = words.value.people;
  const open = () => (isOpen.value = true);
  const list = { people: people.value, following, view };
  return (
    <div class="people">
      <div class="people-wide">
        <PeopleList {...list} reachable={SHOWN} />
        {length > SHOWN && (
          <button
            class="more"
            type="button"
            aria-label={more(length - SHOWN, length)}
            onClick={open}
          >
            {`+${length - SHOWN}`}
          </button>
        )}
        <NameField />
      </div>
      <button class="people-count" type="button" aria-label={here(length)} onClick={open}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 20a8 8 0 0 1 16 0" />
        </svg>
        {length}
      </button>
      {isOpen.value && <PeopleSheet {...list} onClose={() => (isOpen.value = false)} />}
      <FollowingLine following={following} />
    </div>
  );
}

interface PeopleSheetProps extends Omit<PeopleListProps, "reachable" | "onJump"> {
  readonly onClose: () => void;
}

function PeopleSheet({ onClose, ...list }: PeopleSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { sheet, here } = words.value.people;
  return (
    <Dialog name={sheet} element={dialog} onClose={onClose}>
      <div class="sheet-content">
        <h2>{here(list.people.length)}</h2>
        <PeopleList {...list} onJump={() => dialog.current?.close()} />
        <NameField />
        <form method="dialog">
          {/* Or the name would have it, and a phone would bring its keyboard up. */}
          <button class="button" type="submit" autofocus>
            {words.value.page.done}
          </button>
        </form>
      </div>
    </Dialog>
  );
}

interface PeopleListProps {
  readonly people: readonly Person[];
  readonly following: Following;
  readonly view: ReadonlySignal<EditorView | undefined>;
  /** So many have a button; the others are not seen here. Default all. */
  readonly reachable?: number;
  /** The view has gone to somebody's place. */
  readonly onJump?: () => void;
}

function PeopleList({ people, reachable = Infinity, ...reaching }: PeopleListProps) {
  return (
    <ul class="avatars" aria-label={words.value.people.list}>
      {people.map((person, index) => (
        <Avatar
          key={person.clientId}
          person={person}
          isReachable={index < reachable}
          {...reaching}
        />
      ))}
    </ul>
  );
}

interface AvatarProps extends Omit<PeopleListProps, "people" | "reachable"> {
  readonly person: Person;
  readonly isReachable: boolean;
}

/** The name stands beside the button, not in it, so that the item is called by it alone. */
function Avatar({ person, isReachable, ...reaching }: AvatarProps) {
  const { you, canRead } = words.value.people;
  return (
    <li class="avatar" style={{ "--person": person.color }}>
      {isReachable && <JumpButton person={person} {...reaching} />}
      <span class="avatar-name">
        <bdi>{person.name}</bdi>
        {person.isSelf && ` ${you}`}
        {person.readsOnly && <span class="avatar-role"> {canRead}</span>}
      </span>
    </li>
  );
}

function JumpButton({ person, following, view, onJump }: Omit<AvatarProps, "isReachable">) {
  const { jump, followHint, you, canRead } = words.value.people;
  const { clientId, isSelf, readsOnly } = person;
  const name = inSentence(person.name);
  const point = () => {
    const editor = view.peek();
    if (editor) showName(editor, clientId);
  };
  const title = isSelf ? `${name} ${you}` : followHint(name);
  return (
    <button
      class="avatar-picture"
      type="button"
      data-jumps
      aria-label={jump(name)}
      aria-pressed={isSelf ? undefined : following.whom.value === clientId}
      title={readsOnly ? `${title} – ${canRead}` : title}
      onClick={() => following.approach(person) && onJump?.()}
      onPointerEnter={point}
      onFocus={point}
    >
      <span aria-hidden="true">{initialsOf(person.name)}</span>
    </button>
  );
}
