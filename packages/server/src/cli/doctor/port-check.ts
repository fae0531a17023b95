import { createServer } from "node:net";
import { once } from "node:events";
import { type Finding, fail, ok } from "./finding.ts";

const CHECK = "port";
/** Below this, most systems let only root listen. */
const FIRST_FREE_PORT = 1024;

/** Whether a server could listen there, or already does. `url` is where that server would answer. */
export async function portFinding(host: string, port: number, url: string): Promise<Finding> {
  if (port === 0) return ok(CHECK, "the system chooses a free one");
  const code = await listenProblem(host, port);
  if (code === null) return ok(CHECK, `${port} on ${host} is free`);
  if (code === "EADDRINUSE") {
    if (await isTidewire(url)) return ok(CHECK, `a Tidewire server answers at ${url}`);
    const mend = `tidewire serve --port ${port < 65_535 ? port + 1 : port - 1}   # who has it: ss -ltnp 'sport = :${port}'`;
    return fail(CHECK, `Another program listens on port ${port} of ${host}.`, mend);
  }
  if (code === "EACCES" && port < FIRST_FREE_PORT) {
    const mend = 'sudo setcap cap_net_bind_service=+ep "$(command -v node)"   # or a proxy in front';
    return fail(CHECK, `Only root may listen on port ${port}.`, mend);
  }
  return fail(CHECK, `Nobody can listen on ${host}:${port} (${code}).`, "tidewire serve --host 127.0.0.1");
}

async function listenProblem(host: string, port: number): Promise<string | null> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, "listening");
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  } finally {
    server.close();
  }
}

/** The description of the API says whose it is, and needs no key. */
async function isTidewire(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/api/openapi.json`, { signal: AbortSignal.timeout(5000) });
    return /"title":"[^"]*Tidewire/.test(await response.text());
  } catch {
    return false;
  }
}
