/** Whether the process lives (`/healthz`) and whether it should be sent traffic (`/readyz`). */
import { Router } from "express";
import type { Health, Readiness } from "#protocol/rest.ts";
import type { Bus } from "../bus.ts";
import type { StoreHealth } from "../store-health.ts";

export interface HealthOptions {
  readonly health: StoreHealth;
  /** To other nodes; undefined: there is but this one. */
  readonly bus: Pick<Bus, "state"> | undefined;
  /** The server is shutting down. */
  readonly isDraining: () => boolean;
}

export function healthRouter({ health, bus, isDraining }: HealthOptions): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" } satisfies Health);
  });
  router.get("/readyz", (_request, response) => {
    const ready = health.state === "ok" && !isDraining();
    // Without the others it goes on serving: they exchange by the store meanwhile.
    const served = bus?.state === "away" ? "degraded" : "ok";
    const checks = { store: health.state, ...(bus && { bus: bus.state }), draining: isDraining() };
    const readiness: Readiness = { status: ready ? served : "unavailable", checks };
    response.status(ready ? 200 : 503).json(readiness);
  });
  return router;
}
