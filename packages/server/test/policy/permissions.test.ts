import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inboxOf } from "@tidewire/protocol";
import type { Audience } from "../../src/config/channel-options.ts";
import type { Grants } from "../../src/core/identity.ts";
import type { Actor, ClientActor } from "../../src/policy/actor.ts";
import { mayPublish, maySubscribe, maySubscribePattern } from "../../src/policy/permissions.ts";

const AUDIENCES: readonly Audience[] = ["anyone", "users", "token", "hook", "server", "nobody"];

const API: Actor = { kind: "api" };
const ANONYMOUS: ClientActor = { kind: "client", user: null, authenticated: false, grants: null };
/** In open mode a user is only claimed. */
const CLAIMED: ClientActor = { ...ANONYMOUS, user: "u1" };
const USER: ClientActor = { ...CLAIMED, authenticated: true };

const ALL: Grants = { maySubscribe: () => true, maySubscribePattern: () => true, mayPublish: () => true };
const NEWS_ONLY: Grants = {
  maySubscribe: (channel) => channel === "news",
  maySubscribePattern: () => false,
  mayPublish: () => false,
};

/** The audiences among which somebody may do something on a channel. */
function allowed(may: (audience: Audience) => string | null): readonly Audience[] {
  return AUDIENCES.filter((audience) => may(audience) === null);
}

function readable(actor: Actor, channel: string, mode: "open" | "authenticated"): readonly Audience[] {
  return allowed((subscribe) => maySubscribe(actor, channel, { subscribe }, mode));
}

function writable(actor: Actor, channel: string, mode: "open" | "authenticated"): readonly Audience[] {
  return allowed((publish) => mayPublish(actor, channel, { publish }, mode));
}

describe("a channel", () => {
  it("is for those whom its rule names", () => {
    for (const may of [readable, writable]) {
      assert.deepEqual(may(ANONYMOUS, "news", "authenticated"), ["anyone"]);
      assert.deepEqual(may(CLAIMED, "news", "authenticated"), ["anyone"], "a claim proves nothing");
      assert.deepEqual(may(USER, "news", "authenticated"), ["anyone", "users"]);
    }
  });

  it("is for those whom a token or a hook lets in, where the rule asks for one", () => {
    const granted = { ...USER, grants: NEWS_ONLY };
    assert.deepEqual(readable(granted, "news", "authenticated"), ["anyone", "users", "token", "hook"]);
    assert.deepEqual(readable(granted, "other", "authenticated"), ["anyone", "users"]);
    assert.deepEqual(writable(granted, "news", "authenticated"), ["anyone", "users"]);
    assert.deepEqual(
      readable({ ...USER, grants: ALL }, "news", "authenticated"),
      ["anyone", "users", "token", "hook"],
      "no grant makes a client the server",
    );
  });

  it("is readable by the API always, and writable unless nobody may", () => {
    assert.deepEqual(readable(API, "news", "authenticated"), AUDIENCES);
    assert.deepEqual(
      writable(API, "news", "authenticated"),
      AUDIENCES.filter((audience) => audience !== "nobody"),
    );
  });

  it("is for everybody in open mode, unless it is for nobody", () => {
    const everyone = AUDIENCES.filter((audience) => audience !== "nobody" && audience !== "hook");
    for (const actor of [ANONYMOUS, CLAIMED]) {
      assert.deepEqual(readable(actor, "news", "open"), everyone);
      assert.deepEqual(writable(actor, "news", "open"), everyone);
    }
  });
});

describe("a channel whose rule asks the backend", () => {
  it("is read after asking, unless a grant lets the client in already", () => {
    for (const mode of ["open", "authenticated"] as const) {
      for (const actor of [ANONYMOUS, USER]) {
        assert.equal(maySubscribe(actor, "news", { subscribe: "hook" }, mode), "ask");
      }
      const granted = { ...USER, grants: NEWS_ONLY };
      assert.equal(maySubscribe(granted, "news", { subscribe: "hook" }, mode), null);
      assert.equal(maySubscribe(granted, "other", { subscribe: "hook" }, mode), "ask");
    }
  });

  it("is written after asking, whatever is granted, since the backend may change the message", () => {
    for (const mode of ["open", "authenticated"] as const) {
      for (const actor of [ANONYMOUS, { ...USER, grants: ALL }]) {
        assert.equal(mayPublish(actor, "news", { publish: "hook" }, mode), "ask");
      }
      assert.equal(mayPublish(API, "news", { publish: "hook" }, mode), null);
    }
  });

  it("is never somebody else's inbox", () => {
    for (const mode of ["open", "authenticated"] as const) {
      const other = { ...USER, user: "u2", grants: ALL };
      assert.equal(maySubscribe(other, "@u1", { subscribe: "hook" }, mode), "permission_denied");
    }
  });
});

describe("an inbox", () => {
  it("is read by its user alone, whatever the rule, the mode and the grants say", () => {
    const others: readonly ClientActor[] = [
      ANONYMOUS,
      { ...CLAIMED, user: "u2" },
      { ...USER, user: "u2", grants: ALL },
      { ...USER, user: null, grants: ALL },
      { ...USER, user: "U1", grants: ALL },
      { ...USER, user: "@u1", grants: ALL },
    ];
    for (const mode of ["open", "authenticated"] as const) {
      for (const other of others) {
        assert.deepEqual(readable(other, "@u1", mode), [], `${other.user} reads u1's inbox in ${mode} mode`);
      }
    }
    assert.deepEqual(readable(CLAIMED, "@u1", "authenticated"), [], "a claim proves nothing");
    assert.deepEqual(readable(USER, "@u1", "authenticated"), ["anyone", "users"]);
    assert.ok(readable(CLAIMED, "@u1", "open").includes("users"), "open mode believes a claim");
    assert.deepEqual(readable(API, "@u1", "authenticated"), AUDIENCES);
  });

  it("belongs to the user whose id it spells, character by character", () => {
    const odd = { ...USER, user: "a.b/ü=" };
    assert.deepEqual(readable(odd, inboxOf("a.b/ü="), "authenticated"), ["anyone", "users"]);
    assert.deepEqual(readable(odd, inboxOf("a.b/ü"), "authenticated"), []);
  });

  it("takes messages of others only as its rule says, in open mode too", () => {
    const other = { ...USER, user: "u2" };
    assert.deepEqual(writable(other, "@u1", "authenticated"), ["anyone", "users"]);
    assert.deepEqual(writable({ ...CLAIMED, user: "u2" }, "@u1", "open"), ["anyone", "users"]);
    assert.deepEqual(writable(ANONYMOUS, "@u1", "open"), ["anyone"], "open mode knows no user here");
    assert.ok(writable(CLAIMED, "@u1", "open").includes("server"), "one's own inbox is free in open mode");
    assert.ok(writable(API, "@u1", "open").includes("server"));
  });
});

describe("a pattern", () => {
  function allowedTo(actor: ClientActor, mode: "open" | "authenticated", pattern = "stock.*") {
    return AUDIENCES.filter(
      (subscribe) => maySubscribePattern(actor, pattern, { subscribe, patterns: true }, mode) === null,
    );
  }

  it("is for those who may subscribe by its rules, and with hook for a token that grants all of it", () => {
    assert.deepEqual(allowedTo(ANONYMOUS, "authenticated"), ["anyone"]);
    assert.deepEqual(allowedTo(USER, "authenticated"), ["anyone", "users"]);
    const holder = { ...USER, grants: ALL };
    assert.deepEqual(allowedTo(holder, "authenticated"), ["anyone", "users", "token", "hook"]);
    assert.deepEqual(allowedTo({ ...USER, grants: NEWS_ONLY }, "authenticated"), ["anyone", "users"]);
    assert.deepEqual(allowedTo(ANONYMOUS, "open"), ["anyone", "users", "token", "server"]);
  });

  it("is for nobody where no rule turns patterns on, nor when it names inboxes", () => {
    for (const mode of ["open", "authenticated"] as const) {
      const options = { subscribe: "anyone", patterns: false } as const;
      assert.equal(maySubscribePattern(USER, "stock.*", options, mode), "permission_denied");
      assert.deepEqual(allowedTo({ ...USER, grants: ALL }, mode, "@*"), []);
    }
  });
});
