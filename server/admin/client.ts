/** The operator's calls over HTTP, with what stands in the way said in words. Knows no command. */
import { Readable } from "node:stream";
import type { Problem } from "#protocol/rest.ts";
import { CommandError } from "./command.ts";

export interface AdminClientOptions {
  /** Of the server; without a path. */
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

export class AdminClient {
  readonly #options: AdminClientOptions;

  /** @throws CommandError when the address is none. */
  constructor(options: AdminClientOptions) {
    if (!/^https?:/.test(options.url) || !URL.canParse(options.url)) {
      throw new CommandError(`${options.url} is no address such as http://localhost:3000.`, {
        isMisuse: true,
      });
    }
    this.#options = options;
  }

  /** @param path After `/api/admin`. */
  async get<T>(path: string): Promise<T> {
    const response = await this.#call("GET", path);
    return (await response.json()) as T;
  }

  async delete(path: string): Promise<void> {
    await this.#call("DELETE", path);
  }

  /** Fails when it breaks off. */
  async stream(path: string): Promise<Readable> {
    const { body } = await this.#call("GET", path);
    return body ? Readable.fromWeb(body) : Readable.from([]);
  }

  async #call(method: string, path: string): Promise<Response> {
    const { url, token, signal } = this.#options;
    const headers = { Authorization: `Bearer ${token}` };
    let response: Response;
    try {
      response = await fetch(new URL(`/api/admin${path}`, url), { method, headers, signal });
    } catch (cause) {
      signal.throwIfAborted();
      throw new CommandError(
        `Nothing answers at ${url}. Start the server, or name its address with --url.`,
        { cause },
      );
    }
    if (response.ok) return response;
    throw new CommandError(await this.#sentenceOf(response));
  }

  async #sentenceOf(response: Response): Promise<string> {
    const { status } = response;
    const { url } = this.#options;
    const { detail, errors = [] } = await problemOf(response);
    if (detail === undefined) {
      return `What answers at ${url} is not Quire, or stands in front of it: it said ${status}.`;
    }
    if (status === 401 || status === 403) {
      return "The token is wrong. Set ADMIN_TOKEN to what the server was started with.";
    }
    if (status === 404 && detail.startsWith("There is no call")) {
      return `The server at ${url} has no admin calls. Start it with ADMIN_TOKEN set.`;
    }
    return [detail, ...errors.map(({ path, message }) => `${path}: ${message}.`)].join(" ");
  }
}

/** Nothing of it when it is none. */
async function problemOf(response: Response): Promise<Partial<Problem>> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.startsWith("application/problem+json")) return {};
  return (await response.json()) as Problem;
}
