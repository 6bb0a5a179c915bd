/** When a delivery is tried again, and which addresses are public: without a server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attempt, DueDelivery } from "../../persistence/webhooks.ts";
import { AddressGuard } from "../../server/webhooks/address-guard.ts";
import { RETRY_MS, settlementOf } from "../../server/webhooks/retries.ts";

const DAY_MS = 86_400_000;

function attempt(status: number | null): Attempt {
  return { at: 0, status, error: status === null ? "timeout" : null, milliseconds: 1, answer: "" };
}

function due(at: number): DueDelivery {
  const told = { id: "d", event: "document.changed", at, body: "{}", attempts: [], nextAt: at };
  const to = { webhookId: "w", documentId: "a", url: "http://a.example/", secret: "" };
  return { ...told, ...to, failures: 0, dueAt: at };
}

test("[H7] each wait is longer than the one before, and after a day it is given up", () => {
  for (const dice of [0, 0.999]) {
    let delivery = due(1000);
    let now = 1000;
    const waits: number[] = [];
    for (;;) {
      const settled = settlementOf(delivery, attempt(null), { now, random: () => dice });
      const { attempts, failures, nextAt, restUntil } = settled;
      assert.equal(attempts.length, waits.length + 1);
      assert.ok(restUntil > now && restUntil <= now + 600_000);
      if (nextAt === null) break;
      waits.push(nextAt - now);
      delivery = Object.assign(delivery, { attempts, failures, nextAt });
      now = nextAt;
    }
    assert.ok(now - 1000 <= DAY_MS && now - 1000 > DAY_MS / 2);
    assert.ok(waits.length > RETRY_MS.length);
    for (const [index, wait] of waits.entries()) {
      const expected = RETRY_MS[index] ?? RETRY_MS.at(-1) ?? 0;
      assert.ok(wait >= expected && wait <= expected * 1.2 + 1, `${wait} for ${expected}`);
    }
  }
  const failed = { ...due(1000), failures: 3, attempts: [attempt(500)] };
  const done = settlementOf(failed, attempt(202), { now: 5000 });
  assert.deepEqual([done.nextAt, done.failures, done.restUntil], [null, 0, 0]);
  const gone = settlementOf(failed, attempt(410), { now: 5000 });
  assert.deepEqual([gone.nextAt, gone.disabledAt], [null, 5000]);
  for (const code of [199, 301, 302, 307, 400, 404, 429, 500]) {
    assert.ok((settlementOf(failed, attempt(code), { now: 5000 }).nextAt ?? 0) > 5000);
  }
});

const PRIVATE = `
  0.0.0.0 10.1.2.3 127.0.0.1 127.255.255.254 172.16.0.1 192.168.1.1
  169.254.169.254 168.63.129.16 100.64.0.1 100.100.100.200 192.0.0.192 224.0.0.1
  239.1.2.3 240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 ::
  ::1 ::127.0.0.1 ::8.8.8.8 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 fe80::1
  fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 64:ff9b::7f00:1
  64:ff9b:1::1 2002:7f00:1:: 2001::1 2001:db8::1 100::1 4000::1
  1::1
`;

const PUBLIC = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"];

test("[H10] only addresses of the public internet are let through, and those of WEBHOOK_ALLOW", () => {
  const guard = new AddressGuard([]);
  for (const address of PRIVATE.trim().split(/\s+/))
    assert.equal(guard.permits(address), false, address);
  for (const address of PUBLIC) assert.equal(guard.permits(address), true, address);
  const open = new AddressGuard(["10.1.0.0/16", "fd00::/8", "127.0.0.1/32"]);
  for (const address of ["10.1.2.3", "fd00:ec2::254", "127.0.0.1", "::ffff:10.1.0.1", "1.1.1.1"]) {
    assert.equal(open.permits(address), true, address);
  }
  for (const address of ["10.2.0.1", "fc00::1", "127.0.0.2", "::1", "::ffff:10.2.0.1"]) {
    assert.equal(open.permits(address), false, address);
  }
  for (const host of ["example.org", "1.1.1.1", "2606:4700::1111"]) guard.demand(host);
  for (const host of ["127.0.0.1", "::1"]) assert.throws(() => guard.demand(host));
});

test("[H21] a name is refused for one private address among others, and connected to as it was looked at", async () => {
  const answers = [["93.184.216.34"], ["93.184.216.34", "10.0.0.1"], ["10.0.0.1"], []];
  const guard = new AddressGuard([], (_name, options, callback) => {
    assert.equal(options.all, true);
    callback(
      null,
      (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
    );
  });
  const look = (all: boolean) =>
    new Promise((resolve) => {
      guard.lookup("a.example", { all }, (error, address) => resolve(error?.name ?? address));
    });
  assert.equal(await look(false), "93.184.216.34");
  for (let n = 0; n < 3; n++) assert.equal(await look(true), "RefusedAddress");
});
