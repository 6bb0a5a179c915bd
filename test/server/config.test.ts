import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, readConfig } from "../../server/config.ts";

function linesFor(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.lines;
  }
}

test("[S1] without settings the defaults stand; an empty value counts as not set", () => {
  const expected = {
    port: 3000,
    host: "0.0.0.0",
    dataDir: "./data",
    databaseUrl: undefined,
    redisUrl: undefined,
    publicUrl: undefined,
    adminToken: undefined,
    createToken: undefined,
    trustProxy: 0,
    allowedOrigins: [],
    maxMessageBytes: 16_777_216,
    maxDocBytes: 33_554_432,
    maxAttachmentBytes: 10_485_760,
    maxAttachmentsBytes: 209_715_200,
    maxCreatesPerMinute: 60,
    maxSocketsPerAddress: 200,
    maxSocketsPerDoc: 1000,
    maxFramesPerSecond: 500,
    maxBytesPerSecond: 2_097_152,
    webhookAllow: [],
    logLevel: "info",
  };
  for (const env of [{}, { PORT: "", PUBLIC_URL: "", REDIS_URL: "", LOG_LEVEL: "" }]) {
    const { nodeId, ...config } = readConfig(env);
    assert.deepEqual(config, expected);
    assert.match(nodeId, /^[\w.-]{1,64}$/);
  }
});

test("[S2] every wrong setting gets a line of its own: name, what was given, what is expected", () => {
  const lines = linesFor({
    PORT: "65536",
    HOST: "a b",
    PUBLIC_URL: "https://x.example/path",
    ALLOWED_ORIGINS: "https://fine.example,ftp://not.example",
    MAX_MESSAGE_BYTES: "16MB",
    MAX_DOC_BYTES: "-1",
    MAX_ATTACHMENT_BYTES: "10MB",
    MAX_ATTACHMENTS_BYTES: "-1",
    LOG_LEVEL: "loud",
    ADMIN_TOKEN: "with spaces",
    CREATE_TOKEN: "with spaces",
    TRUST_PROXY: "loopback",
    MAX_CREATES_PER_MINUTE: "many",
    MAX_SOCKETS_PER_ADDRESS: "1.5",
    MAX_SOCKETS_PER_DOC: "-1",
    MAX_FRAMES_PER_SECOND: "1e3",
    MAX_BYTES_PER_SECOND: "2MB",
    WEBHOOK_ALLOW: "10.0.0.0/8,localhost",
    DATABASE_URL: "mysql://localhost/quire",
    REDIS_URL: "redis://localhost/quire",
    NODE_ID: "node 1",
  });
  assert.equal(lines.length, 21);
  assert.ok(!lines.join().includes("with spaces"));
  assert.equal(
    lines[0],
    'PORT: got "65536", expected a whole number from 0 to 65535 (0 picks a free port)',
  );
  for (const [index, name] of ["PORT", "HOST", "DATABASE_URL"].entries()) {
    assert.match(lines[index] ?? "", new RegExp(`^${name}: got ".*", expected .+`));
  }
});

test("[S3] addresses are kept as origins, and the public one is always allowed", () => {
  const config = readConfig({
    PUBLIC_URL: "https://Notes.example:443/",
    ALLOWED_ORIGINS: "http://a.example:80, https://b.example:8443",
  });
  assert.equal(config.publicUrl, "https://notes.example");
  assert.deepEqual(config.allowedOrigins, [
    "http://a.example",
    "https://b.example:8443",
    "https://notes.example",
  ]);
});

test("[X58] Postgres and Redis come together: one without the other stops the start, by the name of the one that is missing", () => {
  const [database, redis] = [
    "postgres://quire@localhost/quire",
    "rediss://:secret@localhost:6380/2",
  ];
  assert.match(linesFor({ DATABASE_URL: database }).join(), /^REDIS_URL: got nothing, expected .+/);
  assert.match(linesFor({ REDIS_URL: redis }).join(), /^DATABASE_URL: got nothing, expected .+/);
  const config = readConfig({ DATABASE_URL: database, REDIS_URL: redis, NODE_ID: "a.1" });
  assert.deepEqual([config.databaseUrl, config.redisUrl, config.nodeId], [database, redis, "a.1"]);
  assert.notEqual(readConfig({}).nodeId, readConfig({}).nodeId);
});

test("[X59] no line about a wrong address tells the user, the password or a parameter in it", () => {
  const wrong = ["http://me:s/e@c,ret@host/x?password=secret", ":s/e@c,ret@host", "me:secret@host"];
  for (const url of wrong) {
    const lines = linesFor({ DATABASE_URL: url, REDIS_URL: url });
    assert.equal(lines.length, 2);
    assert.doesNotMatch(lines.join(), /secret|c,ret|me/);
    assert.match(lines.join(), /host/);
  }
});
