/** What is told of people who come and go, and of the save state, with a clock that the test moves. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { signal } from "@preact/signals";
import { Comings } from "../../web/comings.ts";
import type { Person } from "../../web/people.ts";
import { Roll } from "../../web/roll.ts";
import { type SaveFacts, type SaveState, saveState } from "../../web/save-state.ts";

const SAVED: SaveState = { tone: "good", reason: "saved", text: "Saved" };

function someone(clientId: number, name: string): Person {
  return { clientId, name, color: "red", isSelf: clientId === 0, readsOnly: false };
}

/** A page among others, from the moment in which it has the document. */
function scene(t: TestContext, ...others: readonly string[]) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const here = (...names: readonly string[]) => [
    someone(0, "Me"),
    ...names.map((name) =>
      someone(
        [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7),
        name,
      ),
    ),
  ];
  const people = signal<readonly Person[]>([someone(0, "Me")]);
  const save = signal<SaveState>({ tone: "quiet", reason: "unknown", text: "" });
  const isCurrent = signal(false);
  const shown: string[] = [];
  const heard: { readonly at: number; readonly text: string }[] = [];
  const comings = new Comings(
    { people, save, provider: { isCurrent } },
    {
      show: (sentence) => shown.push(sentence),
      announce: (text) => heard.push({ at: Date.now(), text }),
    },
  );
  t.after(() => comings.close());
  people.value = here(...others);
  isCurrent.value = true;
  save.value = SAVED;
  t.mock.timers.tick(6000);
  return {
    save,
    shown,
    heard: () => heard.map(({ text }) => text),
    times: () => heard.map(({ at }) => at),
    wait: (ms: number) => t.mock.timers.tick(ms),
    now: (...names: readonly string[]) => (people.value = here(...names)),
    loseConnection: () => {
      isCurrent.value = false;
      people.value = here();
    },
    reconnect: (...names: readonly string[]) => {
      people.value = here(...names);
      isCurrent.value = true;
    },
  };
}

test("[W143] who comes is told once, together with who comes at the same moment", (t) => {
  const page = scene(t, "Old");
  assert.deepEqual(page.shown, []);
  page.now("Old", "Ada");
  page.wait(1000);
  page.now("Old", "Ada", "Ben", "Cai", "Dan");
  page.wait(1000);
  page.now("Old", "Ada", "Ben", "Cai", "Dan", "Eva", "Fay", "Gil", "Hal", "Ida");
  page.wait(1000);
  assert.deepEqual(page.shown, [
    "Ada joined",
    "Ben, Cai and Dan joined",
    "Eva, Fay and 3 others joined",
  ]);
});

test("[W144] nobody is told of at one's own arrival or return, or as oneself in another tab", (t) => {
  const page = scene(t, "Ada", "Ben");
  page.now("Ada", "Ben", "Me");
  page.wait(10_000);
  page.now("Ada", "Ben");
  page.wait(10_000);
  page.loseConnection();
  page.wait(60_000);
  page.reconnect("Ada", "Cai");
  page.wait(10_000);
  page.now("Ada", "Cai", "Ben");
  page.wait(10_000);
  assert.deepEqual([page.shown, page.heard()], [[], []]);
});

test("[W145] whoever is back within thirty seconds has not joined; after that they have", () => {
  let now = 0;
  const roll = new Roll(() => now);
  const kinds = (...people: readonly Person[]) => roll.look(people).map(({ kind }) => kind);
  roll.begin([someone(0, "Me"), someone(1, "Ada")]);
  assert.deepEqual(kinds(someone(0, "Me")), ["left"]);
  now = 29_000;
  assert.deepEqual(kinds(someone(0, "Me"), someone(2, "Ada")), ["returned"]);
  assert.deepEqual(kinds(someone(0, "Me")), ["left"]);
  now = 60_000;
  assert.deepEqual(kinds(someone(0, "Me"), someone(2, "Ada")), ["joined"]);
});

test("[W146] what is read out comes at most every five seconds, and what cancelled out is not read", (t) => {
  const page = scene(t);
  page.now("Ada");
  page.wait(1500);
  page.now("Ada", "Ben");
  page.wait(1500);
  page.now("Ben", "Cai");
  page.wait(1000);
  page.now("Cai", "Dan");
  page.wait(500);
  page.now("Ben", "Dan");
  page.wait(20_000);
  assert.deepEqual(page.heard(), ["Ada joined", "Dan and Ben joined. Ada left"]);
  const [first = 0, second = 0] = page.times();
  assert.ok(second - first >= 5000);
});

test("[W147] the save state is read out when it turns bad, bad for another reason, or good again, and never for a key or a count", (t) => {
  const page = scene(t);
  const facts: SaveFacts = {
    link: { kind: "open" },
    synced: true,
    mayEdit: true,
    unsaved: 0,
    isPending: false,
    isBroken: false,
    storeState: "ok",
    onDevice: 99,
  };
  const show = (now: Partial<SaveFacts>) => {
    page.save.value = saveState({ ...facts, ...now });
    page.wait(6000);
  };
  show({ unsaved: 1 });
  show({});
  show({ link: { kind: "lost" }, unsaved: 1 });
  show({ link: { kind: "lost" }, unsaved: 2 });
  show({ unsaved: 2, storeState: "full" });
  show({ unsaved: 3, storeState: "full", onDevice: undefined });
  show({ unsaved: 3, storeState: "failing" });
  show({ isBroken: true });
  show({ unsaved: 3 });
  show({});
  assert.deepEqual(page.heard(), [
    "Offline – 1 change kept on this device",
    "Not saved – the server's disk is full. Your changes are kept on this device.",
    "Not saved – the server cannot store at the moment. Your changes are kept on this device.",
    "Not saved – this page met an error. Copy what you wrote last and reload.",
    "Saved",
  ]);
});
