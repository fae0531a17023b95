import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { after, before, describe, it } from "node:test";
import { ROOT } from "../scripts/lib/root.mjs";
import { manifestIn, npm, type Packed, packAll, runNode } from "./support/packed.ts";

/** Where the packages are installed, as in a stranger's empty folder. */
const folder = mkdtempSync(join(tmpdir(), "tidewire-packages-"));
after(() => rmSync(folder, { recursive: true, force: true }));

let packages: readonly Packed[] = [];
before(async () => {
  packages = await packAll(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarballs = packages.map(({ tarball }) => tarball);
  await npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs);
});

const installed = (name: string): string => join(folder, "node_modules", ...name.split("/"));

/** Every path that a manifest refers to, wherever it stands. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("./") ? [posix.normalize(value)] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe("the packages", () => {
  it("hold what they refer to: each entry, each type, each source of a map", async () => {
    for (const { name, files } of packages) {
      const { exports, imports, bin } = await manifestIn(installed(name));
      const missing = pathsIn([exports, imports, bin]).filter((path) => !files.includes(path));
      assert.deepEqual(missing, [], name);
      for (const map of files.filter((path) => path.endsWith(".map"))) {
        const { sources } = JSON.parse(await readFile(join(installed(name), map), "utf8"));
        for (const source of sources) {
          assert.ok(files.includes(posix.join(posix.dirname(map), source)), `${name}: ${map} of ${source}`);
        }
      }
    }
  });

  it("hold nothing else: no test, no scratch of a tool, no path of the machine that built them", async () => {
    const allowed =
      /^(?:package\.json|README\.md|LICENSE|config\.schema\.json|(?:src|dist)\/[\w/.-]+\.tsx?|dist\/[\w/.-]+\.js(?:\.map)?|public\/[\w/.-]+)$/;
    for (const { name, files } of packages) {
      assert.deepEqual(
        files.filter((path) => !allowed.test(path) || /(?:^|\/)test|\.test\./.test(path)),
        [],
        name,
      );
      for (const path of files) {
        const text = await readFile(join(installed(name), path), "utf8");
        assert.ok(!text.includes(ROOT), `${name}: ${path} names ${ROOT}`);
      }
    }
  });

  it("each have a README, a description and the licence of the repository", async () => {
    const licence = readFileSync(join(ROOT, "LICENSE"), "utf8");
    for (const { name, files } of packages) {
      assert.ok(files.includes("README.md"), name);
      assert.equal(readFileSync(join(installed(name), "LICENSE"), "utf8"), licence);
      const { description, license, engines } = await manifestIn(installed(name));
      assert.ok(typeof description === "string" && description !== "");
      assert.equal(license, "MIT");
      assert.deepEqual(engines, { node: ">=20.19" });
    }
  });

  it("are small", () => {
    const most: Readonly<Record<string, number>> = {
      "@tidewire/protocol": 100_000,
      "@tidewire/websocket": 150_000,
      "@tidewire/client": 250_000,
      tidewire: 1_500_000,
    };
    for (const { name, size } of packages) assert.ok(size < (most[name] ?? 0), `${name} has ${size} bytes`);
  });

  const resolutions = [
    { module: "node16", moduleResolution: "node16" },
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ];
  for (const [index, resolution] of resolutions.entries()) {
    it(`have types that a program finds with moduleResolution ${resolution.moduleResolution}`, async () => {
      const types = join(ROOT, "node_modules", "@types");
      const compilerOptions = {
        ...resolution,
        target: "es2022",
        lib: ["es2023", "dom", "dom.iterable"],
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
        types: ["node"],
        typeRoots: [types],
        paths: { react: [join(types, "react")] },
      };
      const project = join(folder, `tsconfig.${index}.json`);
      await writeFile(project, JSON.stringify({ compilerOptions, files: ["program.mts"] }));
      await writeFile(join(folder, "program.mts"), TYPED_PROGRAM);
      await runNode(folder, join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", project);
    });
  }

  it("run: a program has the server inside, and the SDK receives what it publishes", async () => {
    await writeFile(join(folder, "program.mjs"), PROGRAM);
    assert.equal(await runNode(folder, "program.mjs"), '{"text":"hello"}\n');
  });
});

describe("npx tidewire", () => {
  it("tells its version", async () => {
    const { version } = await manifestIn(installed("tidewire"));
    assert.equal((await npm(folder, "exec", "--offline", "--", "tidewire", "--version")).trim(), version);
  });

  it("serves the pages, the demos, the SDK's script and the API, and ends in order", async () => {
    const { child, url } = await serve();
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(url + path);
      return [response.status, response.headers.get("content-type") ?? ""];
    };
    for (const path of ["/", "/demo/chat", "/demo/kick", "/demo/lockscreen"]) {
      assert.deepEqual(await get(path), [200, "text/html; charset=utf-8"], path);
    }
    assert.match((await get("/client.js"))[1], /javascript/);
    assert.equal((await get("/api/openapi.json"))[0], 200);
    assert.equal((await get("/health"))[0], 200);
    const published = await fetch(`${url}/api/channels/news/messages`, {
      method: "POST",
      headers: { authorization: "Bearer a-key-of-the-tests", "content-type": "application/json" },
      body: '{"data":{"text":"hello"}}',
    });
    assert.equal(published.status, 201);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });
});

/** Starts the installed server on a port of its own, with the durable store. */
async function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(
    process.execPath,
    [join(installed("tidewire"), "dist", "cli", "main.js"), "--port", "0"],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"], TIDEWIRE_API_KEY: "a-key-of-the-tests" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  after(() => child.kill("SIGKILL"));
  let output = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += String(chunk);
    const [, url] = /^listening on (http:\S+)/m.exec(output) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`it ended: ${output}`);
}

const TYPED_PROGRAM = `
import { createServer } from "node:http";
import { Tidewire, type Message } from "@tidewire/client";
import { useChannel } from "@tidewire/client/react";
import { channelNameProblem } from "@tidewire/protocol";
import { WebSocketEngine } from "@tidewire/websocket";
import { encodeTextFrame } from "@tidewire/websocket";
import { answerHandshake } from "@tidewire/websocket/core";
import { createTidewire, resolveConfig, startServer, TidewireError } from "tidewire";

interface Channels {
  news: { text: string };
}

const tidewire = await createTidewire<Channels>({ server: createServer(), settings: { engine: "memory" } });
const { offset }: { offset?: number } = await tidewire.publish("news", { text: "hello" });
// @ts-expect-error it has a text
await tidewire.publish("news", { txt: "hello" });
tidewire.on("connection.opened", ({ user }: { user?: string }) => user);

const client = new Tidewire<Channels>("http://127.0.0.1:3000/tidewire/connect");
client.subscribe("news").on("message", (message: Message<{ text: string }>) => message.data.text);

export const all = [
  offset, useChannel, channelNameProblem, WebSocketEngine, encodeTextFrame, answerHandshake, resolveConfig, startServer, TidewireError,
];
`;

const PROGRAM = `
import { once } from "node:events";
import { createServer } from "node:http";
import { Tidewire } from "@tidewire/client";
import { createTidewire } from "tidewire";

const server = createServer();
const tidewire = await createTidewire({ server, settings: { engine: "memory", apiKeys: ["a-key-of-the-tests"], log: { level: "silent" } } });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const client = new Tidewire(\`http://127.0.0.1:\${server.address().port}/tidewire/connect\`);
const news = client.subscribe("news");
await news.ready();
await tidewire.publish("news", { text: "hello" });
for await (const { data } of news) {
  console.log(JSON.stringify(data));
  break;
}
client.close();
await tidewire.close();
server.close();
`;
