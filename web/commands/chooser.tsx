/** A dialog with a field and a list: typing narrows the list, arrows and Enter choose. Knows nothing of what is chosen. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import "../styles/commands.css";
import { words } from "../words/words.ts";
import { found } from "./finding.ts";

/** One line of the list. */
export interface Choice {
  readonly name: string;
  /** In grey beside it. */
  readonly detail?: string | undefined;
  readonly run: () => void;
}

interface ChooserProps {
  /** Accessible name of the dialog. */
  readonly name: string;
  readonly choices: readonly Choice[];
  readonly onClose: () => void;
}

export function Chooser({ name, choices, onClose }: ChooserProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const typed = useSignal("");
  const active = useSignal(0);
  const said = words.value.commands;
  const shown = found(choices, typed.value);
  useEffect(() => {
    list.current?.children[active.value]?.scrollIntoView({ block: "nearest" });
  }, [active.value, typed.value]);
  // Closed before it runs: the focus is where it was then.
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    dialog.current?.close();
    choice.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, active.peek(), shown.length);
    if (next === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (next !== undefined) active.value = next;
    else if (!event.isComposing) choose(shown[active.peek()]);
  };
  return (
    <Dialog name={name} kind="chooser" element={dialog} onClose={onClose}>
      <input
        role="combobox"
        aria-label={said.search}
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown.length > 0 ? `${id}-${active.value}` : undefined}
        placeholder={name}
        autocomplete="off"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <ul role="listbox" id={id} aria-label={name} ref={list}>
        {shown.map((choice, index) => (
          <Option
            key={choice.name}
            id={`${id}-${index}`}
            choice={choice}
            isActive={index === active.value}
            onPoint={() => (active.value = index)}
            onChoose={() => choose(choice)}
          />
        ))}
      </ul>
      <p role="status">{shown.length === 0 && said.nothing}</p>
    </Dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly choice: Choice;
  readonly isActive: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function Option({ id, choice, isActive, onPoint, onChoose }: OptionProps) {
  return (
    <li role="option" id={id} aria-selected={isActive} onPointerMove={onPoint} onClick={onChoose}>
      <span>{choice.name}</span>
      {choice.detail && <small>{choice.detail}</small>}
    </li>
  );
}

/** Undefined for a key that moves nothing here. */
function nextIndex(key: string, now: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === "ArrowDown") return (now + 1) % count;
  if (key === "ArrowUp") return (now + count - 1) % count;
  return undefined;
}
