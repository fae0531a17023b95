import { once } from "node:events";
import { createServer } from "node:net";
import type { Random } from "../support/random.ts";

/**
 * A port of loopback that nobody listens on, below the range from which the system takes the ports of outgoing connections.
 *
 * From within that range, a client that keeps trying a port where nobody listens ends up connected to itself, and the server that comes back
 * finds its port taken.
 */
export async function freePort(random: Random): Promise<number> {
  for (;;) {
    const port = random.integer(12_000, 32_000);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once("listening", () => resolve(true)).once("error", () => resolve(false));
    });
    server.listen(port, "127.0.0.1");
    if (!(await isFree)) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
