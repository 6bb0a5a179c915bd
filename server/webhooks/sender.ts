/**
 * Makes one attempt to deliver: a signed POST, bounded in time and in what is read of the
 * answer. Follows no redirect. Knows no store.
 */
import { once } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { Webhook } from "standardwebhooks";
import type { DeliveryError } from "#protocol/rest-webhooks.ts";
import type { Attempt, DueDelivery } from "../../persistence/webhooks.ts";
import { type AddressGuard, hostOf, RefusedAddress } from "./address-guard.ts";

/** From looking up the name to the end of the answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Read of an answer, in bytes, and kept of it, in UTF-16 code units. */
const ANSWER = { read: 4096, kept: 200 };

/** By the beginning of what Node and OpenSSL call it; all else broke off. */
const WORDS: readonly (readonly [RegExp, DeliveryError])[] = [
  [/^(ENOTFOUND|EAI_)/, "name"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES|EPERM)/, "unreachable"],
  [/^ETIMEDOUT/, "timeout"],
  [/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/, "tls"],
];

export interface SenderOptions {
  readonly guard: AddressGuard;
  readonly timeoutMs?: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

export class Sender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Undefined when `signal` ended it: whether it has arrived is not known. */
  async send(delivery: DueDelivery, signal: AbortSignal): Promise<Attempt | undefined> {
    const at = this.#options.now();
    const start = performance.now();
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS);
    const outcome = await this.#post(delivery, at, AbortSignal.any([timeout, signal])).catch(
      (error: unknown) => ({ error: timeout.aborted ? "timeout" : wordFor(error) }),
    );
    if (signal.aborted) return undefined;
    const milliseconds = Math.round(performance.now() - start);
    return { at, status: null, error: null, answer: "", ...outcome, milliseconds };
  }

  async #post(
    delivery: DueDelivery,
    at: number,
    signal: AbortSignal,
  ): Promise<Pick<Attempt, "status" | "answer">> {
    const url = new URL(delivery.url);
    this.#options.guard.demand(hostOf(url));
    const { request } = url.protocol === "https:" ? https : http;
    const { lookup } = this.#options.guard;
    const headers = headersOf(delivery, at);
    const outgoing = request(url, { method: "POST", headers, lookup, agent: false, signal });
    try {
      return await answerTo(outgoing, delivery.body, signal);
    } finally {
      outgoing.destroy();
    }
  }
}

/** https://www.standardwebhooks.com */
function headersOf({ id, secret, body }: DueDelivery, at: number): Record<string, string> {
  const sentAt = new Date(at);
  return {
    "Content-Type": "application/json",
    "User-Agent": "Quire",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, sentAt, body),
  };
}

async function answerTo(outgoing: ClientRequest, body: string, signal: AbortSignal) {
  // Also after it was answered: who hangs up then has answered all the same.
  outgoing.on("error", () => undefined);
  outgoing.end(body);
  const [response] = (await once(outgoing, "response", { signal })) as [IncomingMessage];
  const status = response.statusCode ?? 0;
  return { status, answer: await beginningOf(response) };
}

/** As far as it comes. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ANSWER.read) break;
    }
  } catch {
    // It broke off or took too long: its status has arrived.
  }
  const bytes = Buffer.concat(chunks).subarray(0, ANSWER.read);
  return bytes.toString().slice(0, ANSWER.kept).toWellFormed();
}

function wordFor(error: unknown): DeliveryError {
  if (error instanceof RefusedAddress) return "address";
  const { code } = (error ?? {}) as { code?: unknown };
  const name = typeof code === "string" ? code : "";
  return WORDS.find(([pattern]) => pattern.test(name))?.[1] ?? "broken";
}
