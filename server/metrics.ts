/**
 * What the server counts about itself, in the Prometheus text format. Names begin
 * with `quire_`; no label holds an id, a name or a token.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { BusCounts, BusState } from "./bus.ts";

/** Seconds; a quiet commit takes about one millisecond. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is told of the bus to other nodes, read at each scrape. */
export interface MeteredBus {
  readonly nodeId: string;
  readonly state: BusState;
  readonly counts: Readonly<BusCounts>;
}

/** Read at each scrape. */
export interface Readings {
  connections(): number;
  rooms(): number;
  backlogBytes(): number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #updatesIn = this.#counter("updates_in_total", "Updates taken in from clients");
  readonly #bytesIn = this.#counter("update_bytes_in_total", "Their bytes");
  readonly #messagesOut = this.#counter("messages_out_total", "Updates and presence delivered");
  readonly #bytesOut = this.#counter("message_bytes_out_total", "Their bytes");
  readonly #refusals = this.#counter("refusals_total", "Updates that were refused");
  readonly #evictions = this.#counter("evictions_total", "Idle rooms put away");
  readonly #quarantined = this.#counter(
    "quarantined_total",
    "Stored updates and snapshots that were damaged or did not apply",
  );
  readonly #writeFailures = this.#counter("write_failures_total", "Writes that the store refused");
  readonly #webhooksDelivered = this.#counter("webhooks_delivered_total", "Webhooks that arrived");
  readonly #webhooksFailed = this.#counter(
    "webhooks_failed_total",
    "Attempts to deliver a webhook that failed",
  );
  readonly #saving = new Histogram({
    name: "quire_save_seconds",
    help: "From taking an update in until it is on disk, and so acknowledged",
    buckets: LATENCY_BUCKETS,
    registers: [this.#registry],
  });

  /** Everything but `readings` is told by the methods below as it happens. */
  constructor(readings: Readings) {
    // Event-loop delay, heap and CPU of the process come from the library.
    collectDefaultMetrics({
      register: this.#registry,
      prefix: "quire_",
      // Milliseconds between two looks at the event loop, each of which wakes an idle server.
      eventLoopMonitoringPrecision: 100,
    });
    this.#gauge("connections", "Open WebSockets", () => readings.connections());
    this.#gauge("rooms", "Documents that are loaded", () => readings.rooms());
    this.#gauge("unsaved_bytes", "Edits that wait for the disk", () => readings.backlogBytes());
  }

  /** Counts what goes over the bus; without one there are no such metrics. */
  watchBus(bus: MeteredBus): void {
    const total = (name: string, help: string, key: keyof BusCounts) =>
      this.#total(`bus_${name}_total`, help, () => bus.counts[key]);
    total("messages_out", "Messages published to other nodes", "published");
    total("bytes_out", "Their bytes", "publishedBytes");
    total("messages_in", "Messages of other nodes received", "received");
    total("bytes_in", "Their bytes", "receivedBytes");
    total("dropped", "Messages that were not published: Redis was away or slow", "dropped");
    const node = new Gauge({
      name: "quire_node_info",
      help: "Which node this is",
      labelNames: ["node"],
      registers: [this.#registry],
    });
    node.set({ node: bus.nodeId }, 1);
    const isThere = () => (bus.state === "ok" ? 1 : 0);
    this.#gauge("bus_state", "Whether other nodes are reached: 1 ok, 0 away", isThere);
  }

  tookIn(bytes: number): void {
    this.#updatesIn.inc();
    this.#bytesIn.inc(bytes);
  }

  delivered(messages: number, bytes: number): void {
    this.#messagesOut.inc(messages);
    this.#bytesOut.inc(bytes);
  }

  refused(): void {
    this.#refusals.inc();
  }

  evicted(): void {
    this.#evictions.inc();
  }

  quarantined(rows: number): void {
    this.#quarantined.inc(rows);
  }

  writeFailed(): void {
    this.#writeFailures.inc();
  }

  saved(milliseconds: number): void {
    this.#saving.observe(milliseconds / 1000);
  }

  webhookTried(isDelivered: boolean): void {
    (isDelivered ? this.#webhooksDelivered : this.#webhooksFailed).inc();
  }

  /** Content type and text of a scrape. */
  async scrape(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name: `quire_${name}`, help, registers: [this.#registry] });
  }

  /** A count that is kept elsewhere. */
  #total(name: string, help: string, read: () => number): void {
    const options = { name: `quire_${name}`, help, registers: [this.#registry] };
    const collect = () => {
      counter.reset();
      counter.inc(read());
    };
    const counter: Counter = new Counter({ ...options, collect });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const options = { name: `quire_${name}`, help, registers: [this.#registry] };
    const gauge: Gauge = new Gauge({ ...options, collect: () => gauge.set(read()) });
  }
}
