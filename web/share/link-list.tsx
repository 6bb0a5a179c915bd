/** All links of the document: what each is, who uses it, and its end. */
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Link } from "#protocol/rest.ts";
import { SHARED_ROLES } from "#protocol/roles.ts";
import { copyText } from "../copy-text.ts";
import type { OpenDocument } from "../open-document.ts";
import { words } from "../words/words.ts";
import { factsOf, nameOf } from "./link-words.ts";
import { rememberedLinks } from "./remembered-links.ts";
import { RoleSelect } from "./role-select.tsx";
import type { Sharing } from "./sharing.ts";

interface LinkListProps {
  readonly open: OpenDocument;
  readonly sharing: Sharing;
}

export function LinkList({ open, sharing }: LinkListProps) {
  const heading = useId();
  const links = sharing.links.value;
  const urls = rememberedLinks(open.id);
  const inAddressBar = (url: string | undefined) =>
    url !== undefined && url.split("#")[1] === open.linkToken.value;
  return (
    <section class="share-part">
      <h3 id={heading}>{words.value.share.links}</h3>
      {links?.length === 0 && <p>{words.value.share.noLinks}</p>}
      <ul class="links" aria-labelledby={heading}>
        {links?.map((link) => {
          const url = urls.get(link.id);
          return (
            <LinkItem
              key={link.id}
              link={link}
              url={url}
              isInAddressBar={inAddressBar(url)}
              sharing={sharing}
            />
          );
        })}
      </ul>
      <p class="problem" role="alert">
        {sharing.listProblem}
      </p>
    </section>
  );
}

interface LinkItemProps {
  readonly link: Link;
  /** Undefined when another browser made it. */
  readonly url: string | undefined;
  readonly isInAddressBar: boolean;
  readonly sharing: Sharing;
}

function LinkItem({ link, url, isInAddressBar, sharing }: LinkItemProps) {
  const { share } = words.value;
  const about = useId();
  const isAsking = useSignal(false);
  const copied = useSignal<string | undefined>(undefined);
  const revoke = () => void sharing.revoke(link);
  const facts = factsOf(link);
  const role = SHARED_ROLES.find((known) => known === link.role) ?? "view";
  const copy = async (text: string) => {
    copied.value = (await copyText(text)) ? share.copied : share.notCopied;
  };
  return (
    <li class="link">
      <div class="link-words">
        <LabelField link={link} describedBy={about} sharing={sharing} />
        <p id={about}>
          {isInAddressBar && `${share.inAddressBar} · `}
          {facts.join(" · ")}
        </p>
      </div>
      {isAsking.value ? (
        <Question
          connections={link.connections}
          onRevoke={revoke}
          onKeep={() => (isAsking.value = false)}
        />
      ) : (
        <div class="link-actions">
          {url !== undefined && (
            <button
              class="button small"
              type="button"
              aria-describedby={about}
              onClick={() => void copy(url)}
              onBlur={() => (copied.value = undefined)}
            >
              {copied.value ?? share.copy}
            </button>
          )}
          <RoleSelect
            name={share.allows(nameOf(link))}
            isQuiet
            role={role}
            onRole={(chosen) => void sharing.change(link, { role: chosen })}
          />
          <button
            class="button small"
            type="button"
            aria-describedby={about}
            onClick={() => (link.connections > 0 ? (isAsking.value = true) : revoke())}
          >
            {share.revoke}
          </button>
        </div>
      )}
    </li>
  );
}

/** Kept when the field is left, or by Enter; Escape takes back what was typed. */
function LabelField({ link, describedBy, sharing }: LabelFieldProps) {
  const typed = useSignal<string | undefined>(undefined);
  const keep = async () => {
    const label = typed.peek()?.trim();
    if (label !== undefined && label !== link.label) await sharing.change(link, { label });
    typed.value = undefined;
  };
  return (
    <input
      class="link-label"
      aria-label={words.value.share.label}
      aria-describedby={describedBy}
      placeholder={words.value.share.addLabel}
      title={link.label}
      value={typed.value ?? link.label}
      maxLength={100}
      autocomplete="off"
      onInput={(event) => (typed.value = event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape" || typed.peek() === undefined) return;
        typed.value = undefined;
        // Or it would close the dialog.
        event.preventDefault();
      }}
    />
  );
}

interface LabelFieldProps {
  readonly link: Link;
  readonly describedBy: string;
  readonly sharing: Sharing;
}

interface QuestionProps {
  readonly connections: number;
  readonly onRevoke: () => void;
  readonly onKeep: () => void;
}

function Question({ connections, onRevoke, onKeep }: QuestionProps) {
  const { share } = words.value;
  const answers = useRef<HTMLDivElement>(null);
  // The button that asked is gone: whoever uses the keyboard goes on at the safe answer.
  useEffect(() => answers.current?.querySelector<HTMLElement>(":last-child")?.focus(), []);
  return (
    <div class="link-actions link-question" ref={answers}>
      <p role="alert">{share.revokeQuestion(connections)}</p>
      <button class="button small" data-tone="danger" type="button" onClick={onRevoke}>
        {share.revoke}
      </button>
      <button class="button small" type="button" onClick={onKeep}>
        {share.keep}
      </button>
    </div>
  );
}
