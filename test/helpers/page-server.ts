/** A server that serves the built page too. */
import type { Scope } from "./scope.ts";
import { builtPage } from "../../server/rest/page.ts";
import { ROOT } from "./program.ts";
import { startServer, type TestServer, type TestServerOptions } from "./server.ts";

export function startPageServer(t: Scope, options: TestServerOptions = {}): Promise<TestServer> {
  return startServer(t, { pageDir: builtPage(`${ROOT}/web/dist`), ...options });
}
