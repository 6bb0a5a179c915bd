/** Whether the process lives (`/healthz`) and whether it should be sent traffic (`/readyz`). */
import { Router } from "express";
import type { Health, Readiness } from "#protocol/rest.ts";
import type { StoreHealth } from "../store-health.ts";

export interface HealthOptions {
  readonly health: StoreHealth;
  /** The server is shutting down. */
  readonly isDraining: () => boolean;
}

export function healthRouter({ health, isDraining }: HealthOptions): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" } satisfies Health);
  });
  router.get("/readyz", (_request, response) => {
    const ready = health.state === "ok" && !isDraining();
    const checks = { store: health.state, draining: isDraining() };
    const readiness: Readiness = { status: ready ? "ok" : "unavailable", checks };
    response.status(ready ? 200 : 503).json(readiness);
  });
  return router;
}
