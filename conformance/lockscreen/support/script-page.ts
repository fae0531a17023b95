import { once } from "node:events";
import { createServer } from "node:http";
import { buildScript } from "../../../packages/client/test/support/built-script.ts";

const PAGE = '<!doctype html><meta charset="utf-8"><title>SDK</title><script src="/client.js"></script>';

/** A web site with one page. */
export interface Site {
  readonly url: string;
  close(): void;
}

/** Builds the SDK for a `<script>` tag and serves a page with nothing else, on a free port of 127.0.0.1. */
export async function serveScriptPage(): Promise<Site> {
  return servePage(PAGE, await buildScript());
}

/** Serves a page, and scripts by their names, on a free port of 127.0.0.1. */
export async function servePage(page: string, scripts: ReadonlyMap<string, string>): Promise<Site> {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url?.slice(1) ?? "");
    response.setHeader("content-type", script === undefined ? "text/html" : "text/javascript");
    response.end(script ?? page);
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
