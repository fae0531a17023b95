import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { ApiInstance } from "./api-instance.ts";
import { FILE_HEADERS, IMMUTABLE_HEADERS, pageHeaders, SDK_HEADERS } from "./page-headers.ts";

/** Where the pages are, and which of them are served. */
export interface PagesOptions {
  /** The folder that the build of the pages fills; it need not exist. */
  readonly publicDir: string;
  /** Whether there are pages, or only the SDK's script. Their addresses count from the server's root. */
  readonly pages: boolean;
  readonly demos: boolean;
}

const NOT_BUILT =
  "Tidewire is running, but its pages are not built. Run `npm run build` and load this page again.\n" +
  "The API, WebSocket and raw TCP work without them.\n";

/** Names as the build gives them. No part begins with a dot, so none leads out of its folder or to a hidden file. */
const NAME = "[A-Za-z0-9_-][A-Za-z0-9_.-]*";
const FILE = new RegExp(`^${NAME}$`);
const ASSET = new RegExp(`^${NAME}(?:/${NAME})*$`);

/** The demo that polls a program beside the server, to compare that with push. */
const POLLING_DEMO = "ticker";

const DEMO_PARAMS = Type.Object({ demo: Type.String() });
const FILE_PARAMS = Type.Object({ name: Type.String(), extension: Type.String() });
const ASSET_PARAMS = Type.Object({ "*": Type.String() });

const hidden = { hide: true };

/** Serves the pages and the SDK's script: `/`, `/demo/NAME`, `/client.js` with its parts, and what they are made of. */
export async function serveFiles(app: ApiInstance, options: PagesOptions): Promise<void> {
  const { publicDir: root } = options;
  await app.register(fastifyStatic, { root, serve: false, cacheControl: false, dotfiles: "deny" });
  serveScript(app);
  if (options.pages) servePages(app, options);
}

function serveScript(app: ApiInstance): void {
  app.get("/client.js", { schema: hidden }, (_request, reply) =>
    reply.headers(SDK_HEADERS).sendFile("client.js"),
  );
  app.get("/client/*", { schema: { ...hidden, params: ASSET_PARAMS } }, (request, reply) => {
    const part = request.params["*"];
    if (!FILE.test(part)) return reply.callNotFound();
    return reply.headers(SDK_HEADERS).sendFile(`client/${part}`);
  });
}

function servePages(app: ApiInstance, { publicDir, demos }: PagesOptions): void {
  function page(
    request: FastifyRequest,
    reply: FastifyReply,
    file: string,
    localPrograms = false,
  ): FastifyReply {
    // Asked each time, so that a build while the server runs is seen.
    const isBuilt = existsSync(join(publicDir, "index.html"));
    if (!isBuilt) return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
    return reply.headers(pageHeaders(request.headers.host, { localPrograms })).sendFile(file);
  }

  app.get("/", { schema: hidden }, (request, reply) => page(request, reply, "index.html"));
  if (demos) {
    for (const url of ["/demo/:demo", "/demo/:demo/"]) {
      app.get(url, { schema: { ...hidden, params: DEMO_PARAMS } }, (request, reply) => {
        const { demo } = request.params;
        if (!FILE.test(demo)) return reply.callNotFound();
        return page(request, reply, `demo/${demo}/index.html`, demo === POLLING_DEMO);
      });
    }
  }
  app.get("/assets/*", { schema: { ...hidden, params: ASSET_PARAMS } }, (request, reply) => {
    const asset = request.params["*"];
    if (!ASSET.test(asset)) return reply.callNotFound();
    return reply.headers(IMMUTABLE_HEADERS).sendFile(`assets/${asset}`);
  });
  app.get("/:name.:extension", { schema: { ...hidden, params: FILE_PARAMS } }, (request, reply) => {
    const file = `${request.params.name}.${request.params.extension}`;
    if (!FILE.test(file)) return reply.callNotFound();
    return reply.headers(FILE_HEADERS).sendFile(file);
  });
}
