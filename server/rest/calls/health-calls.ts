/** The calls of whoever watches the server, described. */
import { Health, Readiness } from "#protocol/rest.ts";
import type { Call } from "../call.ts";

const JSON_TYPE = "application/json";

export const healthCalls: readonly Call[] = [
  {
    method: "get",
    path: "/healthz",
    summary: "Check that the process lives",
    needs: "nothing",
    answers: { 200: { description: "It does", content: { [JSON_TYPE]: Health } } },
  },
  {
    method: "get",
    path: "/readyz",
    summary: "Check that the server is ready",
    needs: "nothing",
    answers: {
      200: {
        description: "It takes edits and stores them; `degraded`: without the bus to other nodes",
        content: { [JSON_TYPE]: Readiness },
      },
      503: { description: "It should be sent no traffic", content: { [JSON_TYPE]: Readiness } },
    },
  },
  {
    method: "get",
    path: "/metrics",
    summary: "Read the metrics",
    description: "In the text format of Prometheus. Without `ADMIN_TOKEN` there are none.",
    needs: "admin token",
    answers: {
      200: { description: "What the server counts", content: { "text/plain": undefined } },
    },
  },
];
