/** Whether the process lives (`/healthz`) and whether it should be sent traffic (`/readyz`). */
import { Router } from "express";
import type { StoreHealth } from "../store-health.ts";

export interface HealthOptions {
  readonly health: StoreHealth;
  /** The server is shutting down. */
  readonly isDraining: () => boolean;
}

export function healthRouter({ health, isDraining }: HealthOptions): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", (_request, response) => {
    const ready = health.state === "ok" && !isDraining();
    const checks = { store: health.state, draining: isDraining() };
    response.status(ready ? 200 : 503).json({ status: ready ? "ok" : "unavailable", checks });
  });
  return router;
}
