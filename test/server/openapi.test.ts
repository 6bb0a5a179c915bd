/** The API's description: a linter reads it, the routes are held against it, and answers that do not fit it fail. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import type { Problem } from "#protocol/rest.ts";
import { describeApi } from "../../server/rest/openapi.ts";
import { demandDescribed, expectDescribed } from "../helpers/described.ts";
import { routesOf } from "../helpers/routes.ts";
import { startServer } from "../helpers/server.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** Whatever answers only where a setting opens it. */
const ALL_SETTINGS = { ADMIN_TOKEN: "an-admin-token", CREATE_TOKEN: "a-create-token" };

const LINT_RULES = {
  // `/documents/import` beside `/documents/{id}`: what stands there literally is meant, as OpenAPI says.
  "no-ambiguous-paths": "off",
  // What only shows that something is there can refuse nothing.
  "operation-4xx-response": "off",
} as const;

test("[T100] a linter of OpenAPI has nothing against the description", async () => {
  const config = await createConfig({ extends: ["recommended"], rules: LINT_RULES });
  const source = JSON.stringify(describeApi());
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  const told = problems.map(({ ruleId, message, location }) => [
    ruleId,
    message,
    location[0]?.pointer,
  ]);
  assert.deepEqual(told, []);
});

test("[T101] every route of the server is described, and every call that is described is a route", async (t) => {
  const server = await startServer(t, { env: ALL_SETTINGS });
  const routes = await routesOf(server);
  const described = Object.entries(describeApi().paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(described.toSorted(), routes.toSorted());
});

const HEALTH = "/healthz";
const METADATA = "/api/documents/x";

const LIES: readonly (readonly [what: string, method: string, path: string, Response])[] = [
  ["a status", "GET", HEALTH, Response.json({ status: "ok" }, { status: 418 })],
  ["a value", "GET", HEALTH, Response.json({ status: "fine" })],
  ["a missing property", "GET", HEALTH, Response.json({})],
  ["a property too many", "GET", HEALTH, Response.json({ status: "ok", token: "t" })],
  ["a type", "GET", HEALTH, new Response("{}", { headers: { "Content-Type": "text/html" } })],
  ["a call", "POST", HEALTH, Response.json({ status: "ok" })],
  ["a path", "GET", "/api/nonsense", Response.json({})],
  ["a missing header", "GET", METADATA, problem("overload", 503)],
  ["a reason", "GET", METADATA, problem("used", 403)],
];

function problem(word: string, status: number, headers: Record<string, string> = {}): Response {
  const body: Problem = { type: `/problems/${word}`, title: "t", status, detail: "d" };
  const type = { "Content-Type": "application/problem+json" };
  return Response.json(body, { status, headers: { ...type, ...headers } });
}

for (const [what, method, path, response] of LIES) {
  test(`[T102] ${what} that is not described fails the test that is answered so`, async () => {
    await assert.rejects(demandDescribed(method, path, response), assert.AssertionError);
  });
}

test("[T102] what is described does not, and whatever a test fetches is looked at", async (t) => {
  await demandDescribed("GET", METADATA, problem("overload", 503, { "Retry-After": "2" }));
  await demandDescribed("GET", METADATA, problem("revoked", 403));
  await demandDescribed("GET", "/api/nonsense", problem("unknown", 404));
  await demandDescribed("DELETE", METADATA, new Response(null, { status: 204 }));
  const liar = createServer((_request, response) => response.writeHead(418).end()).listen(0);
  t.after(() => liar.close());
  const url = `http://127.0.0.1:${(liar.address() as { port: number }).port}${HEALTH}`;
  assert.equal((await fetch(url)).status, 418);
  expectDescribed(url);
  await assert.rejects(fetch(url), /answered 418, which is not described/);
});

test("[T103] the description needs no token, is the same as one made anew, and has a strong ETag", async (t) => {
  const { url } = await startServer(t, { env: ALL_SETTINGS });
  const address = `${url}/api/openapi.json`;
  const response = await fetch(address);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(await response.text(), JSON.stringify(describeApi()));
  const tag = response.headers.get("etag") ?? "";
  assert.match(tag, /^"[\w-]+"$/);
  const again = await fetch(address, { headers: { "If-None-Match": tag } });
  assert.equal(again.status, 304);
  const head = await fetch(address, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("etag"), await head.text()], [200, tag, ""]);
});

test("[T104] the page and its files answer GET and HEAD, under a policy of their own, and nothing else of the package", async (t) => {
  const { url } = await startServer(t);
  for (const file of ["", "/initializer.js", "/swagger-ui.css", "/swagger-ui-bundle.js"]) {
    for (const method of ["GET", "HEAD"]) {
      const { status } = await fetch(`${url}/api/docs${file}`, { method });
      assert.equal(status, 200, `${method} ${file}`);
    }
  }
  const page = await fetch(`${url}/api/docs`);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'none'.*script-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|https?:/);
  assert.doesNotMatch(
    await page.text(),
    /<script(?![^>]* src=)|<style| on\w+=|(src|href)="(\/|http)/,
  );
  const slash = await fetch(`${url}/api/docs/`, { redirect: "manual" });
  assert.deepEqual([slash.status, slash.headers.get("location")], [308, "../docs"]);
  for (const file of ["/index.html", "/swagger-initializer.js", "/package.json", "/../x"]) {
    assert.equal((await fetch(`${url}/api/docs${file}`)).status, 404, file);
  }
});
