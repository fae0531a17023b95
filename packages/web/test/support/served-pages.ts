import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "../../../../conformance/support/server-process.ts";

const PAGES = fileURLToPath(new URL("../../../server/public/index.html", import.meta.url));

/** Starts a server in open mode on a free port. The pages must be built. */
export async function servePages(): Promise<ServerProcess> {
  assert.ok(existsSync(PAGES), "the pages are not built: run `npm run build`");
  return startServerProcess();
}
