/** A choice of what a link lets people do; the browser's own, so that it works everywhere. */
import { SHARED_ROLES } from "#protocol/roles.ts";
import { words } from "../words/words.ts";
import type { SharedRole } from "./link-calls.ts";

interface RoleSelectProps {
  readonly name: string;
  readonly role: SharedRole;
  readonly isQuiet?: boolean;
  readonly onRole: (role: SharedRole) => void;
}

export function RoleSelect({ name, role, isQuiet = false, onRole }: RoleSelectProps) {
  const choose = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => {
    const chosen = SHARED_ROLES.find((known) => known === currentTarget.value);
    if (chosen) onRole(chosen);
  };
  return (
    <select class="select" aria-label={name} data-quiet={isQuiet} value={role} onChange={choose}>
      {SHARED_ROLES.map((known) => (
        <option key={known} value={known}>
          {words.value.share.roles[known]}
        </option>
      ))}
    </select>
  );
}
