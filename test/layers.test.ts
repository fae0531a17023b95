import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, it } from "node:test";

const ROOT = resolve(import.meta.dirname, "..");

/** What each folder of the server may import of the others: a layer knows only those listed before it. */
const SERVER_LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  config: ["base"],
  core: ["base", "config"],
  policy: ["base", "config", "core"],
  auth: ["base", "config", "core"],
  broker: ["base", "config", "core"],
  hooks: ["base", "config", "core"],
  telemetry: ["base", "config", "core"],
  wire: ["base", "config", "core"],
  transport: ["base", "config", "core", "policy", "auth", "broker", "hooks", "telemetry", "wire"],
  http: ["base", "config", "core", "policy", "auth", "broker", "hooks", "telemetry", "wire"],
  library: [
    "base",
    "config",
    "core",
    "policy",
    "auth",
    "broker",
    "hooks",
    "telemetry",
    "wire",
    "transport",
    "http",
  ],
  cli: [
    "base",
    "config",
    "core",
    "policy",
    "auth",
    "broker",
    "hooks",
    "telemetry",
    "wire",
    "transport",
    "http",
    "library",
    "server.ts",
  ],
};

/** What each part of the workspaces may import from outside its own folder, by module specifier. */
const PACKAGES: Readonly<Record<string, { allowed: readonly string[]; forbidden: readonly string[] }>> = {
  "packages/protocol/src": {
    allowed: [],
    forbidden: ["node:fs", "fs", "ws", "@tidewire/websocket", "tidewire"],
  },
  "packages/websocket/src/core": {
    allowed: ["./frame.ts"],
    forbidden: [
      "node:zlib",
      "node:timers/promises",
      "ws",
      "@tidewire/protocol",
      "../node/socket.ts",
      "../index.ts",
    ],
  },
  "packages/websocket/src/node": {
    allowed: ["node:net", "node:timers/promises", "../core/frame.ts"],
    forbidden: ["ws", "@tidewire/protocol"],
  },
  "packages/client/src": {
    allowed: ["@tidewire/protocol"],
    forbidden: ["node:events", "ws", "@tidewire/websocket", "tidewire", "react", "./react/index.ts"],
  },
  "packages/client/src/react": {
    allowed: ["@tidewire/protocol", "react", "../subscription.ts"],
    forbidden: ["node:events", "react-dom", "@tidewire/websocket", "tidewire"],
  },
  "packages/web/src": {
    allowed: ["@tidewire/client", "@tidewire/protocol", "preact", "preact/hooks"],
    forbidden: ["node:fs", "tidewire", "@tidewire/websocket", "../../server/src/index.ts"],
  },
  "packages/server/src/core": {
    allowed: ["@tidewire/protocol"],
    forbidden: ["node:crypto", "fastify", "lmdb", "@tidewire/websocket", "@tidewire/websocket/core"],
  },
  "packages/server/src/policy": {
    allowed: ["@tidewire/protocol"],
    forbidden: ["node:crypto", "fastify", "@tidewire/websocket"],
  },
  "packages/server/src/wire": {
    allowed: ["@tidewire/protocol", "@tidewire/websocket/core"],
    forbidden: ["@tidewire/websocket", "@tidewire/client"],
  },
  "packages/server/src/transport": { allowed: ["@tidewire/websocket"], forbidden: ["@tidewire/client"] },
  "packages/server/src/http": { allowed: ["fastify", "node:http"], forbidden: ["@tidewire/websocket"] },
  "packages/server/src": { allowed: ["./http/api.ts", "@tidewire/websocket"], forbidden: ["./cli/main.ts"] },
};

/** One import in the fixture tree, with the verdict that the rules must give. */
interface Probe {
  readonly file: string;
  readonly specifier: string;
  readonly allowed: boolean;
}

function serverProbes(): Probe[] {
  const targets = [...Object.keys(SERVER_LAYERS), "server.ts"];
  return Object.entries(SERVER_LAYERS).flatMap(([layer, mayImport]) =>
    targets
      .filter((target) => target !== layer)
      .flatMap((target) => {
        const path = target.endsWith(".ts") ? target : `${target}/probe.ts`;
        const allowed = mayImport.includes(target);
        return [
          { file: `packages/server/src/${layer}/probe.ts`, specifier: `../${path}`, allowed },
          { file: `packages/server/src/${layer}/inner/probe.ts`, specifier: `../../${path}`, allowed },
        ];
      }),
  );
}

function packageProbes(): Probe[] {
  return Object.entries(PACKAGES).flatMap(([folder, { allowed, forbidden }]) => [
    ...allowed.map((specifier) => ({ file: `${folder}/packages.ts`, specifier, allowed: true })),
    ...forbidden.map((specifier) => ({ file: `${folder}/packages.ts`, specifier, allowed: false })),
  ]);
}

/** Lints a tree that consists of the probes, and returns `file: specifier` of each import that was refused. */
function refusedImports(probes: readonly Probe[]): string[] {
  const tree = mkdtempSync(join(tmpdir(), "tidewire-layers-"));
  const config = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8")) as Record<string, unknown>;
  delete config["options"]; // type-aware linting would want a compiler's project around the fixture
  writeFileSync(join(tree, ".oxlintrc.json"), JSON.stringify(config));
  const imports = new Map<string, string[]>();
  for (const { file, specifier } of probes) imports.set(file, [...(imports.get(file) ?? []), specifier]);
  for (const [file, specifiers] of imports) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    writeFileSync(join(tree, file), specifiers.map((specifier) => `import "${specifier}";\n`).join(""));
  }
  const oxlint = join(ROOT, "node_modules", "oxlint", "bin", "oxlint");
  const run = spawnSync(process.execPath, [oxlint, "--format", "json"], { cwd: tree, encoding: "utf8" });
  rmSync(tree, { recursive: true });
  const report = JSON.parse(run.stdout) as {
    diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[];
  };
  return report.diagnostics
    .filter((diagnostic) => diagnostic.code === "eslint(no-restricted-imports)")
    .map(({ filename, labels }) => {
      const file = filename.replaceAll("\\", "/");
      return `${file}: ${imports.get(file)?.[labels[0]!.span.line - 1]}`;
    });
}

describe("the layer rules of the linter", () => {
  const probes = [...serverProbes(), ...packageProbes()];
  const refused = refusedImports(probes);
  const forbidden = probes
    .filter((probe) => !probe.allowed)
    .map(({ file, specifier }) => `${file}: ${specifier}`);

  it("refuse every import that points up or sideways", () => {
    assert.ok(forbidden.length > 100, "the fixture tree holds every forbidden pair");
    const letThrough = forbidden.filter((entry) => !refused.includes(entry));
    assert.deepEqual(letThrough, [], "these imports break the layers, and the linter let them through");
  });

  it("refuse nothing else", () => {
    const wronged = refused.filter((entry) => !forbidden.includes(entry));
    assert.deepEqual(wronged, [], "these imports are allowed, and the linter refused them");
  });

  it("know every folder of the server's sources", () => {
    const src = join(ROOT, "packages", "server", "src");
    assert.ok(existsSync(src), "the server's sources are where the rules expect them");
    const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const unknown = folders.map((entry) => entry.name).filter((name) => !(name in SERVER_LAYERS));
    assert.deepEqual(
      unknown,
      [],
      "a new folder needs a place in the layer order: .oxlintrc.json and this table",
    );
  });
});
