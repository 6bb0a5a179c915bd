/** `/new`: makes a document and becomes its page; asks for the key first where the server wants one. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { documentAddress } from "./address.ts";
import { type ApiError, asApiError, createDocument } from "./api.ts";
import { createKey, keepCreateKey } from "./create-key.ts";
import { Message } from "./message.tsx";
import { keepOwnerToken } from "./owner-tokens.ts";
import { SecretForm } from "./secret-form.tsx";
import { rememberLink } from "./share/remembered-links.ts";

export function NewDocument({ onCreated }: { onCreated: () => void }) {
  const problem = useSignal<ApiError | undefined>(undefined);
  const isBusy = useSignal(true);
  const make = async (key: string | undefined) => {
    isBusy.value = true;
    try {
      await makeDocument(key);
      onCreated();
    } catch (error) {
      problem.value = asApiError(error);
      isBusy.value = false;
    }
  };
  useEffect(() => {
    void make(createKey());
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

/** The address bar gets the edit link, which may be passed on; the owner's token stays in this browser. */
async function makeDocument(key: string | undefined): Promise<void> {
  const { id, token, links } = await createDocument(key);
  keepCreateKey(key);
  keepOwnerToken(id, token);
  const [link] = links;
  if (link) rememberLink(id, link);
  history.replaceState(null, "", documentAddress(id, link?.token ?? ""));
}
