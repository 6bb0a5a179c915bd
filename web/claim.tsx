/** Asks for a link's password, or exchanges a counted link without a question; then the document opens. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ApiError, asApiError } from "./api.ts";
import { claimSentence } from "./claim-words.ts";
import { claimLink } from "./claims.ts";
import { Message } from "./message.tsx";
import type { OpenDocument } from "./open-document.ts";
import { refusalFor } from "./refusals.ts";
import { SecretForm } from "./secret-form.tsx";
import { words } from "./words/words.ts";

interface ClaimProps {
  readonly open: OpenDocument;
  /** Why the server refused the link as it is. */
  readonly reason: ClaimReason;
}

const REASONS = ["password", "claim"] as const;

type ClaimReason = (typeof REASONS)[number];

/** Whether a link that was refused for this can be exchanged. */
export function claimReason(reason: string | undefined): ClaimReason | undefined {
  return REASONS.find((known) => known === reason);
}

/** In place of the document. */
export function ClaimPage(props: ClaimProps) {
  const { claim, isBusy, problem } = useClaim(props);
  const error = problem.value;
  const refusal = error && refusalFor(error.reason);
  if (refusal) return <Message {...refusal} />;
  if (needsPassword(props, error)) {
    return (
      <main class="message">
        <h1>{words.value.claim.title}</h1>
        <p>{words.value.claim.advice}</p>
        <PasswordForm claim={claim} isBusy={isBusy} error={error} takesFocus />
      </main>
    );
  }
  if (!error) return <p class="waiting">{words.value.claim.opening}</p>;
  return (
    <Message title={words.value.claim.failed} advice={claimSentence(error)}>
      <button class="button primary" type="button" onClick={() => void claim()}>
        {words.value.page.tryAgain}
      </button>
    </Message>
  );
}

/** Above the text that is there: it stays to be read and copied. */
export function ClaimNotice(props: ClaimProps) {
  const { claim, isBusy, problem } = useClaim(props);
  const error = problem.value;
  const refusal = error && refusalFor(error.reason);
  if (!refusal && !needsPassword(props, error)) return null;
  return (
    <section class="notice" aria-label={words.value.claim.link}>
      <div class="notice-words" role="alert">
        <h2>{refusal?.title ?? words.value.claim.title}</h2>
        <p>{refusal?.advice ?? words.value.claim.changed}</p>
      </div>
      {!refusal && <PasswordForm claim={claim} isBusy={isBusy} error={error} />}
    </section>
  );
}

interface PasswordFormProps {
  readonly claim: (password: string) => Promise<void>;
  readonly isBusy: Signal<boolean>;
  readonly error: ApiError | undefined;
  readonly takesFocus?: boolean;
}

function PasswordForm({ claim, isBusy, error, takesFocus = false }: PasswordFormProps) {
  return (
    <SecretForm
      label={words.value.claim.password}
      action={words.value.claim.open}
      isBusy={isBusy.value}
      takesFocus={takesFocus}
      problem={error && claimSentence(error)}
      onSubmit={(password) => void claim(password)}
    />
  );
}

function useClaim({ open, reason }: ClaimProps) {
  const isBusy = useSignal(false);
  const problem = useSignal<ApiError | undefined>(undefined);
  const claim = async (password?: string) => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      await claimLink(open.id, open.linkToken.peek(), password);
      open.provider.comeBack();
    } catch (error) {
      problem.value = asApiError(error);
    }
    isBusy.value = false;
  };
  useEffect(() => {
    if (reason === "claim") void claim();
  }, [reason]);
  return { claim, isBusy, problem };
}

/** It may have been set since the socket was refused. */
function needsPassword({ reason }: ClaimProps, error: ApiError | undefined): boolean {
  return reason === "password" || error?.reason === "password";
}
