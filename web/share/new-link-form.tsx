/** What a new link is to be: its role, and folded away what limits it. */
import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { words } from "../words/words.ts";
import type { NewLink, SharedRole } from "./link-calls.ts";
import { newLinkFrom } from "./new-link.ts";
import { RoleSelect } from "./role-select.tsx";
import type { Sharing } from "./sharing.ts";

interface NewLinkFormProps {
  readonly role: SharedRole;
  readonly sharing: Sharing;
  readonly isMaking: Signal<boolean>;
  readonly onMade: () => void;
  readonly onRole: (role: SharedRole) => void;
}

export function NewLinkForm({ role, sharing, isMaking, onMade, onRole }: NewLinkFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const make = async (link: NewLink) => {
    isMaking.value = true;
    onRole(link.role);
    if (await sharing.create(link)) {
      onMade();
      // Or the next one would have the same password without a word.
      form.current?.reset();
    }
    isMaking.value = false;
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isMaking.peek() && form.current) void make(newLinkFrom(role, new FormData(form.current)));
  };
  return (
    <form ref={form} onSubmit={submit}>
      <div class="new-link">
        <span class="new-link-who">{words.value.share.anyone}</span>
        <RoleSelect name={words.value.share.role} role={role} onRole={onRole} />
        <button class="button" type="submit">
          {words.value.share.create}
        </button>
      </div>
      <MoreOptions />
    </form>
  );
}

function MoreOptions() {
  const { share } = words.value;
  return (
    <details class="new-link-more">
      <summary>{share.moreOptions}</summary>
      <div class="new-link-options">
        <label>
          {share.label}
          <input class="field" name="label" maxLength={100} autocomplete="off" />
        </label>
        <label>
          {share.password}
          <input
            class="field"
            name="password"
            maxLength={200}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
          />
        </label>
        <label>
          {share.expires}
          <input class="field" name="expiresAt" type="datetime-local" />
        </label>
        <label>
          {share.browsers}
          <input
            class="field"
            name="maxUses"
            type="number"
            min="1"
            max="1000000"
            placeholder={share.anyNumber}
          />
        </label>
      </div>
    </details>
  );
}
