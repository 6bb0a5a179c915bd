/** The share dialog: the link to pass on and, for the owner, the making and keeping of links. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Role } from "#protocol/roles.ts";
import { documentAddress } from "../address.ts";
import { Dialog, DialogHeader } from "../dialog.tsx";
import type { OpenDocument } from "../open-document.ts";
import { ownerToken } from "../owner-tokens.ts";
import "../styles/share.css";
import { words } from "../words/words.ts";
import type { SharedRole } from "./link-calls.ts";
import { LinkField } from "./link-field.tsx";
import { LinkList } from "./link-list.tsx";
import { captionOf } from "./link-words.ts";
import { NewLinkForm } from "./new-link-form.tsx";
import { OwnerFileButton } from "./owner-file-button.tsx";
import { Sharing } from "./sharing.ts";

export interface ShareDialogProps {
  readonly open: OpenDocument;
  readonly onClose: () => void;
}

export function ShareDialog({ open, onClose }: ShareDialogProps) {
  const { title } = words.value.share;
  const owner = useMemo(() => ownerToken(open.id), [open]);
  const sharing = useMemo(() => new Sharing(open, owner), [open, owner]);
  useEffect(() => sharing.watch(), [sharing]);
  return (
    <Dialog name={title} kind="share-dialog" onClose={onClose}>
      <DialogHeader title={title} />
      <div class="share-content">
        {owner === undefined ? (
          <GuestPart open={open} sharing={sharing} />
        ) : (
          <OwnerPart open={open} sharing={sharing} owner={owner} />
        )}
      </div>
    </Dialog>
  );
}

interface PartProps {
  readonly open: OpenDocument;
  readonly sharing: Sharing;
}

function GuestPart({ open, sharing }: PartProps) {
  const { works, role } = sharing.address.value;
  const assumed = open.provider.mayEdit.value === false ? "view" : "edit";
  if (!works) return <p>{words.value.share.addressEnded}</p>;
  return (
    <>
      <LinkField url={addressUrl(open)} caption={captionOf(role ?? assumed)} />
      <p>{words.value.share.ownerOnly}</p>
    </>
  );
}

function OwnerPart({ open, sharing, owner }: PartProps & { readonly owner: string }) {
  const chosen = useSignal<SharedRole | undefined>(undefined);
  const isMaking = useSignal(false);
  const isNew = useRef(false);
  const { works, role: addressRole } = sharing.address.value;
  const role = chosen.value ?? sharedRole(addressRole);
  const offered = isMaking.value ? undefined : offeredLink({ open, sharing }, role);
  return (
    <>
      <section class="share-part" aria-label={words.value.share.anyone}>
        <NewLinkForm
          role={role}
          sharing={sharing}
          isMaking={isMaking}
          onMade={() => (isNew.current = true)}
          onRole={(wanted) => (chosen.value = wanted)}
        />
        {offered ? (
          <LinkField key={offered.url} {...offered} isNew={isNew} />
        ) : (
          <p class="share-hint">
            {isMaking.value ? words.value.share.making : hintFor(role, works)}
          </p>
        )}
        <p class="problem" role="alert">
          {sharing.problem}
        </p>
      </section>
      <LinkList open={open} sharing={sharing} />
      <OwnerFileButton open={open} owner={owner} />
    </>
  );
}

/** Only one that gives the role that is chosen: nobody shall copy a link that edits and think that it reads. */
function offeredLink({ open, sharing }: PartProps, role: SharedRole) {
  const links = sharing.links.value ?? [];
  for (const { id, url } of sharing.made.value) {
    const link = links.find((known) => known.id === id);
    if (link?.role === role) return { url, caption: captionOf(role, link) };
  }
  const { works, role: addressRole } = sharing.address.value;
  if (!works || sharedRole(addressRole) !== role) return undefined;
  return { url: addressUrl(open), caption: captionOf(role) };
}

function hintFor(role: SharedRole, addressWorks: boolean): string {
  const { share } = words.value;
  return !addressWorks && role === "edit" ? share.addressEndedHint : share.hint(role);
}

/** The link that a document is made with edits; the owner's own is none to pass on. */
function sharedRole(role: Role | undefined): SharedRole {
  return role === undefined || role === "owner" ? "edit" : role;
}

function addressUrl({ id, linkToken }: OpenDocument): string {
  return new URL(documentAddress(id, linkToken.value), location.origin).href;
}
