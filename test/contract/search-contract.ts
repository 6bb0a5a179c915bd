/** What is found by searching all documents, wherever the index is kept, as tests to run over each. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { adminCall, idsOf, page, search } from "../helpers/admin.ts";
import { call } from "../helpers/rest.ts";
import { createDocument, type TestServer } from "../helpers/server.ts";
import { write } from "../helpers/webhooks.ts";

/** With an admin token, and no document. */
export type StartSearching = (t: TestContext) => Promise<TestServer>;

/** Runs every rule over a server of its own. */
export function searchContract(kind: string, start: StartSearching): void {
  for (const [rule, check] of Object.entries(RULES)) {
    test(`${rule} (${kind})`, async (t) => check(await start(t), t));
  }
}

const RULES: Record<string, (server: TestServer, t: TestContext) => Promise<void>> = {
  "[O10] words are found wherever they stand, whatever their case, accents and language": async (
    server,
  ) => {
    const make = async (content: string, title?: string) =>
      (await createDocument(server, { content, ...(title && { title }) })).id;
    const chinese = await make("我们今天讨论文档的协作编辑。\n明天再见", "会议记录");
    const german = await make("Die Übergrößenträgerin fährt über die Straße.");
    const english = await make("A naïve café, said ＡＬＩＣＥ to the 🦊🐻 crowd");
    const greek = await make("ΟΔΥΣΣΕΥΣ και ο δρόμος");
    const finds: Record<string, string[]> = {
      协作: [chinese],
      议: [chinese],
      文档的协作编辑: [chinese],
      "会议 明天": [chinese],
      明天协作: [],
      größe: [german],
      TRAGERIN: [german],
      strasse: [german],
      "ÜBER fährt": [german],
      "naive CAFÉ": [english],
      "cafe\u0301": [english],
      alice: [english],
      "🦊🐻": [english],
      οδυσσευς: [greek],
      ΔΡΟΜΟΣ: [greek],
      straßenbahn: [],
      ä: [german, english].toSorted(),
    };
    for (const [query, expected] of Object.entries(finds)) {
      const found = await idsOf(server, query);
      if (query === "ä") assert.ok(found.includes(german), "a letter is found with and without");
      else assert.deepEqual(found, expected, query);
    }
  },

  "[O11] whatever signs a query holds, they are looked for and mean nothing": async (server) => {
    const text = `He said "don't" AND (maybe) NOT: a* ^b {c} -d NEAR(e, f) 100% _under_ \\ back ' " x`;
    const { id } = await createDocument(server, { content: text });
    await createDocument(server, { content: "dont AND maybe a b c d" });
    for (const word of text.split(" ")) {
      assert.ok((await idsOf(server, word)).includes(id), word);
    }
    for (const query of [`"don't"`, "(maybe)", "a*", "^b", "{c}", "NEAR(e,", "100%", "_under_"]) {
      assert.deepEqual(await idsOf(server, query), [id], query);
    }
    for (const query of [
      '"',
      '""',
      "*",
      "NOT",
      "a AND",
      "OR",
      "(",
      "text:x",
      "folded:a",
      "\u0000",
    ]) {
      assert.equal(
        (await adminCall(server, `/documents?query=${encodeURIComponent(query)}`)).status,
        200,
      );
    }
    assert.deepEqual(await idsOf(server, "maybe OR nothing"), []);
  },

  "[O12] what is found is shown by the text around it, and paged as the list is": async (
    server,
  ) => {
    const made = [];
    for (let count = 0; count < 9; count++) {
      const content = `# Note ${count}\n\n${"before ".repeat(50)}\nthe NEEDLE\tis\nhere ${"after ".repeat(50)}`;
      made.push((await createDocument(server, { content })).id);
    }
    const first = await page(server, { query: "needle", limit: "5" });
    const second = await page(server, { query: "needle", limit: "5", cursor: first.cursor ?? "" });
    const ids = [...first.documents, ...second.documents].map(({ id }) => id);
    assert.deepEqual([ids, second.cursor], [made.toReversed(), null]);
    const snippet = first.documents[0]?.snippet ?? "";
    assert.match(snippet, /^…[^\n]*before the NEEDLE is here after[^\n]*…$/);
    assert.ok(snippet.length < 200, snippet);
    assert.match((await search(server, "note"))[0]?.snippet ?? "", /^# Note 8 before/);
  },

  "[O14] a search finds what was written until then, and what is in the trash as that": async (
    server,
    t,
  ) => {
    const document = await createDocument(server, { content: "the first words" });
    assert.deepEqual(await idsOf(server, "first"), [document.id]);
    await write(t, server, document, "second thoughts ");
    assert.deepEqual(await idsOf(server, "second"), [document.id]);
    const trashed = call(server, `/${document.id}`, {
      method: "DELETE",
      token: document.ownerToken,
    });
    assert.equal((await trashed).status, 204);
    const [found] = await search(server, "thoughts");
    assert.equal(found?.id, document.id);
    assert.notEqual(found?.deletedAt, null);
  },
};
