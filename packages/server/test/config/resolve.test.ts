import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError } from "../../src/config/config.ts";
import { type ConfigInput, resolveConfig } from "../../src/config/resolve.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { configOf } from "../support/config.ts";

const LONG = "x".repeat(32);

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** The problems that a configuration is refused for, one per line. */
function problemsOf(input: ConfigInput): readonly string[] {
  try {
    resolveConfig(input);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split("\n");
  }
  assert.fail("the configuration was accepted");
}

function problemsIn(settings: unknown): readonly string[] {
  return problemsOf({ file: { name: "t.yaml", settings, lineOf: () => null } });
}

describe("a configuration", () => {
  it("is complete without anything given, and says so of each value", () => {
    const { values, sources, file, warnings } = resolveConfig({});
    assert.equal(values.listen.port, 8080);
    assert.equal(values.listen.host, "127.0.0.1");
    assert.equal(values.engine, "lmdb");
    assert.equal(values.log.dir, null);
    assert.equal(values.limits.maxConnections, null);
    assert.equal(values.sessions.graceMs, 10_000);
    assert.equal(file, null);
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      [...sources.keys()],
      SETTINGS.map(({ path }) => path),
    );
    for (const [path, source] of sources) assert.equal(source.kind, "default", path);
  });

  it("takes flags before the environment, this before the file, and the file before the defaults", () => {
    const settings = { listen: { host: "127.0.0.3", port: 3, backlog: 3 }, data: "from-file" };
    const env = { TIDEWIRE_HOST: "127.0.0.2", TIDEWIRE_PORT: "2" };
    const { values, sources } = resolveConfig({
      file: { name: "t.yaml", settings, lineOf: () => null },
      env,
      flags: { "--port": "1" },
    });
    assert.deepEqual(values.listen, { host: "127.0.0.2", port: 1, backlog: 3 });
    assert.equal(values.data, "from-file");
    assert.deepEqual(sources.get("listen.port"), { kind: "flag", name: "--port" });
    assert.deepEqual(sources.get("listen.host"), { kind: "env", name: "TIDEWIRE_HOST" });
    assert.deepEqual(sources.get("listen.backlog"), { kind: "file", name: "t.yaml" });
    assert.deepEqual(sources.get("engine"), { kind: "default" });
  });

  it("takes an empty variable for an absent one", () => {
    assert.equal(resolveConfig({ env: { TIDEWIRE_PORT: "" } }).values.listen.port, 8080);
  });

  it("reads every flag and variable that a setting has", () => {
    const texts: Readonly<Record<string, { text: string; value: unknown }>> = {
      "listen.host": { text: "localhost", value: "localhost" },
      "listen.port": { text: "0", value: 0 },
      data: { text: "elsewhere", value: "elsewhere" },
      engine: { text: "memory", value: "memory" },
      apiKeys: {
        text: "one-key-of-many,another-of-them",
        value: [
          { name: "key-1", key: "one-key-of-many", scopes: ["admin"], channels: null },
          { name: "key-2", key: "another-of-them", scopes: ["admin"], channels: null },
        ],
      },
      "auth.secrets": { text: `${LONG},${LONG}!`, value: [`${LONG},${LONG}!`] },
      "auth.keys": { text: "public.pem", value: ["public.pem"] },
      "auth.jwks.url": { text: "off", value: null },
      "auth.issuer": { text: "https://id.example", value: "https://id.example" },
      "auth.audience": { text: "push", value: "push" },
      insecure: { text: "1", value: true },
      origins: { text: "https://a.example, null", value: ["https://a.example", "null"] },
      // One of the two files without the other is refused, so "off" has to do here.
      "tls.cert": { text: "off", value: null },
      "tls.key": { text: "off", value: null },
      "log.level": { text: "debug", value: "debug" },
      "log.dir": { text: "logs", value: "logs" },
      tracing: { text: "1", value: true },
      "hooks.secrets": { text: SECRET, value: [SECRET] },
      "webhooks.secrets": { text: `${SECRET},${SECRET}`, value: [SECRET, SECRET] },
    };
    for (const { path, facts } of SETTINGS) {
      const given = texts[path];
      assert.equal(given !== undefined, facts.env !== undefined, `this test knows the variables: ${path}`);
      if (given === undefined || facts.env === undefined) continue;
      const { values } = resolveConfig({ env: { [facts.env]: given.text } });
      const value = path.split(".").reduce<unknown>((at, key) => Reflect.get(at as object, key), values);
      assert.deepEqual(value, given.value, path);
      if (facts.flag === undefined) continue;
      const fromFlag = resolveConfig({ flags: { [facts.flag]: given.text } });
      assert.deepEqual(fromFlag.sources.get(path), { kind: "flag", name: facts.flag });
    }
  });

  it("takes a certificate only with its key, and what needs one only with both", () => {
    const { values } = resolveConfig({ flags: { "--tls-cert": "c.pem", "--tls-key": "k.pem" } });
    assert.deepEqual([values.tls.cert, values.tls.key], ["c.pem", "k.pem"]);
    assert.throws(() => resolveConfig({ flags: { "--tls-cert": "c.pem" } }), /tls\.cert needs the other one/);
    assert.throws(() => configOf({ tls: { redirectPort: 80 } }), /tls\.redirectPort needs tls\.cert/);
    assert.throws(() => configOf({ tls: { hstsMs: "1d" } }), /tls\.hstsMs needs tls\.cert/);
  });

  it("reads who the backend is, and what it wants to hear", () => {
    const { values, warnings } = resolveConfig({
      settings: {
        hooks: { rpc: { url: "https://a.example/rpc?x=1" } },
        webhooks: {
          endpoints: [
            { url: "http://127.0.0.1:9000" },
            {
              url: "http://127.0.0.1:9000/two",
              events: ["user.*", "message.published"],
              channels: ["chat.**"],
            },
          ],
        },
        channels: [{ match: "room.*", subscribe: "hook", publish: "hook" }],
      },
    });
    assert.equal(values.hooks.rpc.url, "https://a.example/rpc?x=1");
    const [all, some] = values.webhooks.endpoints;
    assert.deepEqual([all?.events.length, all?.channels], [9, null]);
    assert.deepEqual(some?.events, ["user.online", "user.offline", "message.published"]);
    assert.deepEqual(some?.channels, ["chat.**"]);
    assert.deepEqual(
      warnings.map((warning) => warning.split(" ").slice(0, 4).join(" ")),
      [
        "The rule for room.*",
        "The rule for room.*",
        "hooks.secrets is empty, so",
        "webhooks.secrets is empty, so",
      ],
    );
  });

  it("refuses a backend that cannot be one", () => {
    for (const url of ["ftp://a.example", "a.example", "https://user:word@a.example/", "https://", "on"]) {
      assert.match(
        problemsIn({ hooks: { rpc: { url } } }).join(),
        /hooks\.rpc\.url must be an http or https URL/,
      );
      const endpoints = [{ url }];
      assert.match(
        problemsIn({ webhooks: { endpoints } }).join(),
        /endpoints\[0\]\.url must be an http or https/,
      );
    }
    const [shown = ""] = problemsIn({ hooks: { secrets: ["a-secret-that-is-none"] } });
    assert.match(shown, /hooks\.secrets\[0\] must be whsec_/);
    assert.ok(!shown.includes("a-secret-that-is-none"));
    const url = "https://a.example/events";
    assert.match(
      problemsIn({ webhooks: { endpoints: [{ url, events: ["user.left"] }] } }).join(),
      /events\[0\] must be an event/,
    );
    assert.match(
      problemsIn({ webhooks: { endpoints: [{ url }, { url: `${url}?again` }] } }).join(),
      /has https:\/\/a\.example\/events twice/,
    );
  });

  it("reads durations and sizes as numbers or with a unit", () => {
    const { values } = resolveConfig({
      settings: {
        drainMs: "2s",
        sessions: { graceMs: 500 },
        limits: { bodyBytes: "2MB", maxConnections: 9, connectionsPerAddress: "off" },
      },
    });
    assert.equal(values.drainMs, 2000);
    assert.equal(values.sessions.graceMs, 500);
    assert.equal(values.limits.bodyBytes, 2_097_152);
    assert.equal(values.limits.maxConnections, 9);
    assert.equal(values.limits.connectionsPerAddress, null);
  });
});

describe("a configuration is refused", () => {
  it("for a key that there is not, with the one that was meant", () => {
    assert.deepEqual(problemsIn({ listn: {} }), [
      "t.yaml: listn is not a key of the configuration. Did you mean listen?",
    ]);
    assert.deepEqual(problemsIn({ listen: { prot: 1 } }), [
      "t.yaml: listen.prot is not a key of listen. Did you mean port?",
    ]);
    assert.deepEqual(problemsIn({ port: 1 }), [
      "t.yaml: port is not a key of the configuration. Did you mean listen.port?",
    ]);
    assert.match(problemsIn({ rawTcp: { colour: 1 } })[0] ?? "", /Its keys are remote\.$/);
    assert.match(
      problemsIn({ channels: [{ match: "a", histroy: "off" }] })[0] ?? "",
      /channels\[0\]\.histroy .* Did you mean history\?/,
    );
  });

  it("for a value that does not fit, with what is expected and where it came from", () => {
    assert.deepEqual(problemsIn({ listen: { port: "abc" } }), [
      't.yaml: listen.port must be a whole number from 0 to 65535, not "abc".',
    ]);
    assert.deepEqual(problemsOf({ flags: { "--port": "70000" } }), [
      "--port: listen.port must be a whole number from 0 to 65535, not 70000.",
    ]);
    assert.deepEqual(problemsOf({ env: { TIDEWIRE_ENGINE: "redis" } }), [
      'TIDEWIRE_ENGINE: engine must be lmdb or memory, not "redis".',
    ]);
    assert.deepEqual(problemsOf({ env: { TIDEWIRE_INSECURE: "maybe" } }), [
      'TIDEWIRE_INSECURE: insecure must be true or false, not "maybe".',
    ]);
  });

  it("for everything that is wrong at once", () => {
    const problems = problemsIn({
      listen: { port: -1, host: "" },
      drainMs: "soon",
      log: "loud",
      channels: {},
      deflate: null,
    });
    const places = problems.map((problem) => problem.split(" ")[1]);
    assert.deepEqual(places, ["listen.port", "listen.host", "drainMs", "log", "channels", "deflate"]);
  });

  it("for a rule that cannot be one", () => {
    const problems = problemsIn({
      channels: [
        { presence: true },
        { match: "chat.*x" },
        { match: "a", history: "of" },
        { match: "a", history: { ttl: "1 week", durable: true } },
        { match: "a", rateLimit: { count: 1 } },
        { match: "a", publish: "everyone" },
        "chat",
      ],
    });
    const places = problems.map((problem) => problem.split(" ")[1]);
    assert.deepEqual(places, [
      "channels[0].match",
      "channels[1].match",
      "channels[2].history",
      "channels[3].history.ttl",
      "channels[3].history.durable",
      "channels[4].rateLimit.per",
      "channels[5].publish",
      "channels[6]",
    ]);
    assert.match(problems[0] ?? "", /is missing/);
    assert.match(problems[1] ?? "", /\* stands for a whole segment/, "the pattern's own problem is told");
  });

  it("without printing a key", () => {
    for (const problem of [
      ...problemsIn({ apiKeys: ["with space s3cr3t"] }),
      ...problemsIn({ apiKeys: "s3cr3t" }),
      ...problemsIn({ apiKeys: [{ name: "web", key: "with space s3cr3t", scopes: ["read"] }] }),
      ...problemsIn({ apiKeys: ["s3cr3t-s3cr3t-s3cr3t", "s3cr3t-s3cr3t-s3cr3t"] }),
    ]) {
      assert.match(problem, /apiKeys/);
      assert.doesNotMatch(problem, /s3cr3t/);
    }
  });

  it("for an origin that no browser sends", () => {
    for (const origin of [
      "example.com",
      "https://example.com/",
      "https://Example.com",
      "https://a.example:443",
      "https://*.example",
      "",
    ]) {
      assert.equal(problemsIn({ origins: [origin] }).length, 1, origin);
    }
    const { origins } = resolveConfig({
      settings: { origins: ["*", "null", "http://a.example:8080", "capacitor://localhost"] },
    }).values;
    assert.equal(origins.length, 4);
  });

  it("when values do not go together", () => {
    assert.match(
      problemsIn({ sessions: { stallTimeoutMs: "20s" } })[0] ?? "",
      /stallTimeoutMs must be longer than sessions\.pingIntervalMs/,
    );
    const small = problemsIn({ limits: { maxMessageBytes: "2MB" } });
    assert.deepEqual(
      small.map((problem) => problem.split(" ")[0]),
      ["limits.lineBytes", "limits.bodyBytes"],
    );
  });

  it("when it would open the server to the network without authentication", () => {
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.com"]) {
      assert.match(
        problemsIn({ listen: { host } })[0] ?? "",
        /Refusing to listen on .* Listen on 127\.0\.0\.1, or accept that with --insecure\./,
      );
      assert.equal(
        resolveConfig({ settings: { listen: { host }, insecure: true } }).values.listen.host,
        host,
      );
    }
    for (const host of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
      assert.equal(resolveConfig({ settings: { listen: { host } } }).values.listen.host, host);
    }
  });
});

describe("a configuration is doubted", () => {
  it("for a variable that looks like one of its own", () => {
    const { warnings } = resolveConfig({
      env: { TIDEWIRE_PROT: "1", TIDEWIRE_REDIS: "redis://x", OTHER: "1", TIDEWIRE_CONFIG: "" },
    });
    assert.deepEqual(warnings, [
      "TIDEWIRE_PROT is not a variable that Tidewire knows. Did you mean TIDEWIRE_PORT?",
      "TIDEWIRE_REDIS is not a variable that Tidewire knows.",
    ]);
  });

  it("for a key that can be guessed, without printing it", () => {
    const { warnings } = resolveConfig({ settings: { apiKeys: ["s3cr3t"] } });
    assert.equal(warnings.length, 1);
    assert.doesNotMatch(warnings.join(), /s3cr3t/);
  });
});
