/** `/new`: makes a document and becomes its page; asks for the key first where the server wants one. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ApiError, asApiError, createDocument } from "./api.ts";
import { createKey, keepCreateKey } from "./create-key.ts";
import { keepMade } from "./made-documents.ts";
import { Message } from "./message.tsx";
import { SecretForm } from "./secret-form.tsx";
import { words } from "./words/words.ts";

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
  const { newDocument, page } = words.value;
  if (reason === "token" || reason === "role") {
    return (
      <main class="message">
        <h1>{newDocument.keyTitle}</h1>
        <p>{newDocument.keyAdvice}</p>
        <SecretForm
          label={newDocument.key}
          takesFocus
          action={newDocument.make}
          isBusy={isBusy.value}
          problem={reason === "role" ? newDocument.wrongKey : undefined}
          onSubmit={(key) => void make(key.trim())}
        />
        <p class="actions">
          <a class="button" href="/">
            {page.home}
          </a>
        </p>
      </main>
    );
  }
  if (!problem.value) return <p class="waiting">{newDocument.making}</p>;
  return (
    <Message title={newDocument.failed} advice={problem.value.message}>
      <a class="button primary" href="/new">
        {page.tryAgain}
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
