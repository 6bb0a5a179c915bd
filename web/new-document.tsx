/** `/new`: makes a document and becomes its page; asks for the key first where the server wants one. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, asApiError, createDocument } from "./api.ts";
import { createKey, keepCreateKey } from "./create-key.ts";
import { keepMade } from "./made-documents.ts";
import { Message } from "./message.tsx";
import { SecretForm } from "./secret-form.tsx";

export function NewDocument({ onCreated }: { onCreated: () => void }) {
  const problem = useSignal<ApiError | undefined>(undefined);
  const isBusy = useSignal(true);
  const isLeft = useRef(false);
  const make = async (key: string | undefined) => {
    isBusy.value = true;
    try {
      const address = await makeDocument(key);
      // Whoever went back meanwhile is not called away: the document stands among the recent ones.
      if (isLeft.current) return;
      history.replaceState(null, "", address);
      onCreated();
    } catch (error) {
      problem.value = asApiError(error);
      isBusy.value = false;
    }
  };
  useEffect(() => {
    void make(createKey());
    return () => {
      isLeft.current = true;
    };
  }, []);
  const reason = problem.value?.reason;
  if (reason === "token" || reason === "role") {
    return (
      <main class="message">
        <h1>This server asks for a key</h1>
        <p>Making documents here needs one. Whoever runs the server can give it to you.</p>
        <SecretForm
          label="Key"
          takesFocus
          action="Make document"
          isBusy={isBusy.value}
          problem={reason === "role" ? "That is not the key of this server." : undefined}
          onSubmit={(key) => void make(key.trim())}
        />
        <p class="actions">
          <a class="button" href="/">
            Home
          </a>
        </p>
      </main>
    );
  }
  if (!problem.value) return <p class="waiting">Making a new document…</p>;
  return (
    <Message title="The document could not be made" advice={problem.value.message}>
      <a class="button primary" href="/new">
        Try again
      </a>
    </Message>
  );
}

/** Answers its address. */
async function makeDocument(key: string | undefined): Promise<string> {
  const created = await createDocument(key);
  keepCreateKey(key);
  return keepMade(created);
}
