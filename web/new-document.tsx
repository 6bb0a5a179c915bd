/** `/new`: makes a document and becomes its page. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { documentAddress } from "./address.ts";
import { createDocument } from "./api.ts";
import { Message } from "./message.tsx";
import { keepOwnerToken } from "./owner-tokens.ts";

export function NewDocument({ onCreated }: { onCreated: () => void }) {
  const problem = useSignal("");
  useEffect(() => {
    makeDocument().then(onCreated, (error: unknown) => {
      problem.value = error instanceof Error ? error.message : String(error);
    });
  }, []);
  if (!problem.value) return <p class="waiting">Making a new document…</p>;
  return (
    <Message title="The document could not be made" advice={problem.value}>
      <a class="button primary" href="/new">
        Try again
      </a>
    </Message>
  );
}

/** The address bar gets the edit link, which may be passed on; the owner's token stays in this browser. */
async function makeDocument(): Promise<void> {
  const { id, token, links } = await createDocument();
  keepOwnerToken(id, token);
  history.replaceState(null, "", documentAddress(id, links[0]?.token ?? ""));
}
