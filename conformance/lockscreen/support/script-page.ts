import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const PAGE = '<!doctype html><meta charset="utf-8"><title>SDK</title><script src="/client.js"></script>';

/** A web site with one page that has nothing but the SDK's script. */
export interface ScriptSite {
  readonly url: string;
  close(): void;
}

/** Builds the SDK for a `<script>` tag and serves a page with it, on a free port of 127.0.0.1. */
export async function serveScriptPage(): Promise<ScriptSite> {
  const script = await buildScript();
  const server = createServer((request, response) => {
    const isScript = request.url === "/client.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : PAGE);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function buildScript(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), "tidewire-script-"));
  try {
    const root = fileURLToPath(new URL("../../../packages/client", import.meta.url));
    await build({ root, configFile: join(root, "vite.config.ts"), build: { outDir } });
    return await readFile(join(outDir, "client.js"), "utf8");
  } finally {
    await rm(outDir, { recursive: true });
  }
}
