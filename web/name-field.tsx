/** One's own name, edited in place. */
import { useSignal } from "@preact/signals";
import { ownName, rename } from "./own-name.ts";
import { words } from "./words/words.ts";

/** Shown wherever the list of people is; the two fields of the page are one value. Others see each key. */
export function NameField() {
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
      dir="auto"
      aria-label={words.value.people.yourName}
      title={words.value.people.nameHint}
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
