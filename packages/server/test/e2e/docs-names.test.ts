import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { ERRORS } from "@tidewire/protocol";
import type { Command } from "commander";
import { LOG_EVENTS } from "../../src/base/log-events.ts";
import { createProgram } from "../../src/cli/program.ts";
import { LIMITS } from "../../src/config/limit-table.ts";
import { SETTINGS } from "../../src/config/settings.ts";
import { METRICS } from "../../src/telemetry/metric-table.ts";
import { type Mention, mentions } from "../support/documentation.ts";
import { startTestServer } from "../support/start-test-server.ts";

/** Variables that tests read, and the server does not. */
const OF_TESTS = ["TIDEWIRE_LONG"];

/** Words of others that look like codes of ours: of nginx, Caddy, Prometheus, PHP and Linux. */
const OF_OTHERS = [
  "client_max_body_size",
  "max_size",
  "worker_connections",
  "worker_rlimit_nofile",
  "rule_files",
  "scrape_configs",
  "socket_connect",
  "socket_create",
  "socket_select",
  "ip_local_port_range",
];

/** The codes that the SDK adds; they are a type, so they are read where it stands. */
const OF_SDK = [
  ...readFileSync(new URL("../../../client/src/error.ts", import.meta.url), "utf8").matchAll(
    /^ {2}\| "(\w+)"/gm,
  ),
].flatMap(([, code]) => code ?? []);

const program = createProgram({
  env: {},
  terminal: { print() {}, complain() {}, progress() {}, isInteractive: false, hasColours: false },
  input: { isInteractive: false, text: async () => "", async *chunks() {} },
  listenToSignals: () => ({ stopped: new Promise(() => {}), onReload() {} }),
  start: () => assert.fail("no server is started"),
  exit() {},
});

/** Fails with every mention that is unknown, and where it stands. */
function assertKnown(found: readonly Mention[], atLeast: number, isKnown: (name: string) => boolean): void {
  assert.ok(found.length >= atLeast, `only ${found.length} were found`);
  const unknown = found.filter(({ name }) => !isKnown(name)).map(({ place, name }) => `${place}: ${name}`);
  assert.deepEqual(unknown, []);
}

/** The command that a line runs, and the words that are left for it. */
function commandOf(words: readonly string[]): {
  readonly command: Command;
  readonly rest: readonly string[];
} {
  let command = program;
  let rest = words;
  for (;;) {
    const [first = ""] = rest;
    const found = command.commands.find((one) => one.name() === first);
    if (found === undefined) return { command, rest };
    command = found;
    rest = rest.slice(1);
  }
}

function flagsOf(command: Command): readonly string[] {
  const own = command.createHelp().visibleOptions(command);
  // Without a command the program serves.
  const serving = command === program ? program.commands.filter((one) => one.name() === "serve") : [];
  return [...own.flatMap(({ long }) => long ?? []), ...serving.flatMap(flagsOf)];
}

/** Whether a command line names a command that there is, and only flags of it. */
function isCommandLine(line: string): boolean {
  const words = line.replace(/\s(?:#|[|<>&;]|2>).*$/, "").split(/\s+/);
  const { command, rest } = commandOf(words);
  const [next = ""] = rest;
  const mayFollow =
    command.commands.length === 0 || next === "" || next === "help" || /^(?:-|…|\[)/.test(next);
  const flags = flagsOf(command);
  return (
    mayFollow && rest.every((word) => !/^--[a-z]/.test(word) || flags.includes(word.split("=")[0] ?? ""))
  );
}

describe("all pages of the documentation", () => {
  test("name commands and flags that the program has", () => {
    const inBlocks = mentions(/^(?:\$ |sudo |  )?(?:npx )?tidewire ((?:[a-z]+|--).*)$/g);
    const inText = mentions(/`(?:npx )?tidewire ([^`]+)`/g);
    const started = mentions(/npm start -- ([^`\n]+)/g);
    assertKnown([...inBlocks, ...inText, ...started], 40, isCommandLine);
  });

  test("name variables that are read", () => {
    const ofSettings = SETTINGS.flatMap(({ facts }) => facts.env ?? []);
    const inHelp = program.commands
      .flatMap((command) => [command, ...command.commands])
      .flatMap((command) => [...command.helpInformation().matchAll(/\(env:\s+(TIDEWIRE_\w+)\)/g)])
      .map(([, name]) => name);
    const known = new Set([...ofSettings, ...inHelp, ...OF_TESTS]);
    assertKnown(mentions(/\bTIDEWIRE_[A-Z_]*[A-Z]\b/g), 80, (name) => known.has(name));
  });

  test("name metrics that are told", () => {
    const told = Object.entries(METRICS).flatMap(([name, { type }]) =>
      type === "histogram" ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    const isTold = (name: string): boolean => told.some((one) => one === name || one.startsWith(`${name}_`));
    assertKnown(mentions(/\btidewire_[a-z_]*[a-z]\b/g), 40, isTold);
  });

  test("name addresses of the API that it has, with the right methods", async (t) => {
    const server = await startTestServer(t);
    const { body } = await server.api("GET", "/api/openapi.json");
    const itself = ["GET", "", "api", "openapi.json"];
    const documented = Object.entries(Object(body["paths"])).flatMap(([path, methods]) =>
      Object.keys(Object(methods)).map((method) => [method.toUpperCase(), ...path.split("/")]),
    );
    const calls = [itself, ...documented];
    const isCall = (name: string): boolean => {
      const [method, path = ""] = name.includes(" ") ? name.split(" ") : [null, name];
      const isWhole = !/[…*]$|\/$/.test(path);
      const parts = path.replace(/\/?[…*]?$/, "").split("/");
      return calls.some(
        ([callMethod, ...callParts]) =>
          (method === null || method === callMethod) &&
          (isWhole ? parts.length === callParts.length : parts.length <= callParts.length) &&
          parts.every((part, index) => part === callParts[index] || callParts[index]?.startsWith("{")),
      );
    };
    const found = mentions(
      /((?:\b(?:GET|POST|PUT|DELETE|PATCH) )?\/api\/[^\s`"'?)<,;#\\]*[^\s`"'?)<,;.:#\\])/g,
    );
    assertKnown(found, 60, isCall);
  });

  test("name settings that can be set", () => {
    const sections = [
      ...new Set(SETTINGS.flatMap(({ path }) => (path.includes(".") ? path.split(".")[0] : []))),
    ];
    // Log events have dots, too.
    const isSetting = (name: string): boolean =>
      name in LOG_EVENTS ||
      SETTINGS.some(
        ({ path }) => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`),
      );
    assertKnown(mentions(new RegExp(`\`((?:${sections.join("|")})\\.[A-Za-z.]+)\``, "g")), 80, isSetting);
  });

  test("name errors that there are, wherever a name of theirs can be told from others", () => {
    const others = new Set([
      ...Object.keys(LIMITS),
      ...Object.keys(LOG_EVENTS),
      ...Object.values(METRICS).flatMap(({ labels }) => Object.entries(labels).flat(2)),
      ...Object.keys(METRICS),
      ...OF_SDK,
      ...OF_OTHERS,
    ]);
    const known = (name: string): boolean => name in ERRORS || others.has(name);
    assertKnown(mentions(/`([a-z]+(?:_[a-z]+)+)`/g), 80, known);
    assertKnown(mentions(/"error":\{"code":"(\w+)"/g), 3, (name) => name in ERRORS);
  });
});
