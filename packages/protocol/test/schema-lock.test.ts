import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { PROTOCOL_VERSION } from "@tidewire/protocol";
import { breakingChanges, currentShape, type WireShape } from "./support/wire-shape.ts";

interface Lock {
  readonly version: number;
  readonly hash: string;
  readonly messages: WireShape;
}

const LOCK_FILE = new URL("./schema.lock.json", import.meta.url);
const UPDATE =
  "UPDATE_SCHEMA_LOCK=1 node --conditions=tidewire-source --import tsx --test packages/protocol/test/schema-lock.test.ts";

function isLock(value: unknown): value is Lock {
  return (
    typeof value === "object" &&
    value !== null &&
    "version" in value &&
    "hash" in value &&
    "messages" in value
  );
}

function readLock(): Lock {
  const value: unknown = JSON.parse(readFileSync(LOCK_FILE, "utf8"));
  assert.ok(isLock(value), "schema.lock.json must hold version, hash and messages");
  return value;
}

function hashOf(messages: WireShape): string {
  return createHash("sha256").update(JSON.stringify(messages)).digest("hex");
}

function requireVersionForBreaks(locked: Lock, messages: WireShape): void {
  const broken = breakingChanges(locked.messages, messages);
  assert.ok(
    broken.length === 0 || PROTOCOL_VERSION > locked.version,
    `These changes break clients that speak version ${locked.version}:\n  ${broken.join("\n  ")}\n` +
      "Undo them, or raise PROTOCOL_VERSION in src/version.ts, say so in CHANGELOG.md and docs/protocol.md, " +
      `and then update the lock:\n  ${UPDATE}`,
  );
}

describe("the schema lock", () => {
  const messages = currentShape();

  test("a change that breaks old clients raises the protocol's version", () => {
    requireVersionForBreaks(readLock(), messages);
  });

  test("what goes over the wire is what the lock file says", () => {
    const hash = hashOf(messages);
    if (process.env["UPDATE_SCHEMA_LOCK"] === "1") {
      requireVersionForBreaks(readLock(), messages);
      const lock: Lock = { version: PROTOCOL_VERSION, hash, messages };
      writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
    }
    const lock = readLock();
    const how = `The messages changed. Describe the change in docs/protocol.md, then update the lock:\n  ${UPDATE}`;
    assert.deepEqual(messages, lock.messages, how);
    assert.equal(hash, lock.hash, how);
    assert.equal(PROTOCOL_VERSION, lock.version, how);
  });
});

describe("what counts as breaking", () => {
  const old: WireShape = {
    "up.a": { channel: "channel", "id?": "integer 1.." },
    "down.b": { offset: "integer 0.." },
  };

  test("new messages, new optional fields and new fields of the server do not break", () => {
    const next: WireShape = {
      "up.a": { ...old["up.a"], "note?": "string 1..9" },
      "down.b": { ...old["down.b"], time: "integer 0.." },
      "down.c": {},
    };
    assert.deepEqual(breakingChanges(old, next), []);
  });

  test("a field or message that goes, changes or is newly demanded breaks", () => {
    const next: WireShape = { "up.a": { channel: "string 1..9", "id?": "integer 1..", since: "json" } };
    assert.deepEqual(breakingChanges(old, next), [
      "up.a.channel was channel and is string 1..9",
      "up.a.since is required of clients that do not know it",
      "down.b is gone",
    ]);
  });

  test("a field of the server that may be absent from now on breaks", () => {
    const next: WireShape = { ...old, "down.b": { "offset?": "integer 0.." } };
    assert.deepEqual(breakingChanges(old, next), ["down.b.offset was integer 0.. and is gone"]);
  });
});
