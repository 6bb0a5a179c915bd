/** The calls that a server really takes: the routes of its Express application, however they are nested. */
import { channel } from "node:diagnostics_channel";
import type { TestServer } from "./server.ts";

/** As `router` keeps it. */
interface Layer {
  readonly rawPath: string | readonly string[];
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

interface Application {
  readonly router: { readonly stack: readonly Layer[] };
}

/** Each as `get /api/documents/{id}`. */
export async function routesOf(server: TestServer): Promise<string[]> {
  const { router } = await applicationOf(server);
  return router.stack.flatMap((layer) => routesIn(layer, ""));
}

/** Express leaves itself on each request that it has answered. */
async function applicationOf({ url }: TestServer): Promise<Application> {
  const answered = Promise.withResolvers<Application>();
  const finished = channel("http.server.response.finish");
  const listen = (message: unknown) =>
    answered.resolve((message as { request: { app: Application } }).request.app);
  finished.subscribe(listen);
  try {
    await fetch(`${url}/healthz`);
    return await answered.promise;
  } finally {
    finished.unsubscribe(listen);
  }
}

function routesIn({ rawPath, route, handle }: Layer, prefix: string): string[] {
  return [rawPath].flat().flatMap((path) => {
    const whole = prefix + (path === "/" ? "" : path);
    if (!route) return (handle.stack ?? []).flatMap((layer) => routesIn(layer, whole));
    return Object.keys(route.methods).map((method) => `${method} ${asTemplate(whole)}`);
  });
}

function asTemplate(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}
