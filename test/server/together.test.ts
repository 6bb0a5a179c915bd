/** Programs that write by REST beside people who type, and a server that is killed meanwhile. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { addressOf, startMain } from "../helpers/program.ts";
import { type Random, randomFrom, seeded } from "../helpers/random.ts";
import { call } from "../helpers/rest.ts";
import { createDocument, exportText, startServer, type TestDocument } from "../helpers/server.ts";
import { type StockClient, syncedClient } from "../helpers/stock-client.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { UNLIMITED } from "../helpers/unlimited.ts";
import { until } from "../helpers/until.ts";

const WRITERS = 10;

/** What each writer does; 600 are more than half a minute's work. */
const OPERATIONS = Number(process.env.OPERATIONS) || 40;

interface Address {
  readonly url: string;
}

/** A program that leaves marks by REST; each has its place in `answered` once it was answered 200. */
class Program {
  readonly answered: string[] = [];
  readonly #random: Random;
  readonly #name: string;
  #count = 0;

  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  /** Every other time the whole text with its ETag, else an edit. */
  async write(address: Address, document: TestDocument): Promise<number> {
    const mark = `<${this.#name}.${this.#count++}>`;
    const isWhole = this.#random.int(2) === 0;
    const status = isWhole
      ? await this.#replace(address, document, mark)
      : await this.#edit(address, document, mark);
    if (status === 200) this.answered.push(mark);
    return status;
  }

  async #edit(address: Address, { id, editToken: token }: TestDocument, mark: string) {
    const edits = [{ from: 0, to: 0, insert: mark }];
    const response = await call(address, `/${id}/content`, {
      method: "PATCH",
      token,
      body: { edits },
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** Reads, puts its mark between two others or at an end, and writes what it read. */
  async #replace({ url }: Address, { id, editToken }: TestDocument, mark: string) {
    const headers = { Authorization: `Bearer ${editToken}`, "Content-Type": "text/plain" };
    const read = await fetch(`${url}/api/documents/${id}/export`, { headers });
    const [text, tag] = [await read.text(), read.headers.get("etag") ?? ""];
    const places = [...text.matchAll(/>/g)].map(({ index }) => index + 1);
    const at = this.#random.pick([0, ...places]);
    const response = await fetch(`${url}/api/documents/${id}/content`, {
      method: "PUT",
      headers: { ...headers, "If-Match": tag },
      body: text.slice(0, at) + mark + text.slice(at),
    });
    await response.arrayBuffer();
    return response.status;
  }
}

/** A person who types marks of their own, at ends of others. */
async function type({ text }: StockClient, name: string, random: Random): Promise<string[]> {
  const marks: string[] = [];
  for (let n = 0; n < OPERATIONS; n++) {
    const mark = `[${name}.${n}]`;
    const places = [...text.toString().matchAll(/[\]>]/g)].map(({ index }) => index + 1);
    text.insert(random.pick([0, text.length, ...places]), mark);
    marks.push(mark);
    await pause(random.int(20));
  }
  return marks;
}

async function run(program: Program, address: Address, document: TestDocument): Promise<void> {
  for (let n = 0; n < OPERATIONS; n++) {
    const status = await program.write(address, document);
    assert.ok([200, 412].includes(status), `${status}`);
  }
}

function demandMarks(text: string, marks: readonly string[]): void {
  for (const mark of marks) {
    assert.equal(text.split(mark).length, 2, `${mark} is there once`);
  }
}

test("[T126] ten programs by REST and ten people by sockets write one document at once: all end equal, and nothing is lost", async (t) => {
  const random = seeded(t);
  const server = await startServer(t, { env: UNLIMITED });
  const document = await createDocument(server);
  const numbers = Array.from({ length: WRITERS }, (_, n) => n);
  const seeds = numbers.map(() => [random.int(1e9), random.int(1e9)] as const);
  const people = await Promise.all(numbers.map(() => syncedClient(t, server, document)));
  const programs = seeds.map(([seed], n) => new Program(`r${n}`, randomFrom(seed)));
  const [typed] = await Promise.all([
    Promise.all(people.map((one, n) => type(one, `p${n}`, randomFrom(seeds[n]?.[1] ?? 0)))),
    ...programs.map((program) => run(program, server, document)),
  ]);
  const texts = () => people.map(({ text }) => text.toString());
  await until(async () => new Set([...texts(), await exportText(server, document)]).size === 1, {
    what: "all have the same text",
    timeoutMs: 60_000,
  });
  const written = programs.flatMap(({ answered }) => answered);
  t.diagnostic(`${typed.flat().length} by sockets, ${written.length} by REST`);
  demandMarks(texts()[0] ?? "", [...typed.flat(), ...written]);
  await server.close();
  const again = await startServer(t, { dataDir: server.dataDir });
  assert.equal(await exportText(again, document), texts()[0]);
});

test("[T127] what was answered with 200 is there after kill -9", async (t) => {
  const random = seeded(t);
  const dataDir = join(await temporaryFolder(t), "data");
  let server = startMain(t, dataDir, UNLIMITED);
  const document = await createDocument(await addressOf(server));
  const programs = [1, 2, 3, 4].map((n) => new Program(`r${n}`, randomFrom(random.int(1e9))));
  for (let kill = 0; kill < 4; kill++) {
    const address = await addressOf(server);
    const most = 5 + random.int(40);
    const goal = answeredBy(programs).length + most;
    const writing = programs.map((program) => untilGone(program, address, document));
    await until(() => answeredBy(programs).length >= goal, { timeoutMs: 60_000 });
    server.child.kill("SIGKILL");
    await Promise.all([...writing, server.exited()]);
    server = startMain(t, dataDir, UNLIMITED);
    demandMarks(await exportText(await addressOf(server), document), answeredBy(programs));
  }
  t.diagnostic(`${answeredBy(programs).length} edits`);
});

function answeredBy(programs: readonly Program[]): string[] {
  return programs.flatMap(({ answered }) => answered);
}

async function untilGone(program: Program, address: Address, document: TestDocument) {
  try {
    for (;;) await program.write(address, document);
  } catch {
    // Whoever it spoke to was killed.
  }
}
