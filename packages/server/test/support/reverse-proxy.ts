import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";

/** How a proxy in front of a server is set up. */
export interface ProxySetup {
  /** Passes upgrades on, as nginx does only when it is told to. */
  readonly passesUpgrades?: boolean;
  /** Hands answers on only when they are complete, as with `proxy_buffering on` and little data. */
  readonly buffers?: boolean;
  /** Says whom it speaks for. */
  readonly forwardedFor?: string;
  /** Ends an upgraded connection that has been quiet for so long. */
  readonly idleMs?: number;
}

/** Starts a proxy such as nginx in front of a server; gives its URL. The test's end stops it. */
export async function startProxy(t: TestContext, port: number, setup: ProxySetup): Promise<string> {
  const sockets = new Set<Socket>();
  const proxy = createServer((incoming, answer) => forward(incoming, answer, port, setup));
  if (setup.passesUpgrades === true) {
    proxy.on("upgrade", (incoming: IncomingMessage, near: Socket) => {
      const onward = request({
        port,
        host: "127.0.0.1",
        path: incoming.url,
        headers: headersOf(incoming, setup, true),
      });
      onward.on("upgrade", (answered, far) => {
        const head = answered.rawHeaders.flatMap((name, i) =>
          i % 2 === 0 ? [`${name}: ${answered.rawHeaders[i + 1]}`] : [],
        );
        near.write(`HTTP/1.1 101 Switching Protocols\r\n${head.join("\r\n")}\r\n\r\n`);
        near.on("error", () => {}).on("close", () => far.destroy());
        far.on("error", () => {}).on("close", () => near.destroy());
        if (setup.idleMs !== undefined) near.setTimeout(setup.idleMs, () => near.destroy());
        near.pipe(far).pipe(near);
      });
      onward.on("response", ({ statusCode }) => near.end(`HTTP/1.1 ${statusCode} Refused\r\n\r\n`));
      onward.on("error", () => near.destroy());
      onward.end();
    });
  }
  proxy.on("connection", (socket) => sockets.add(socket));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = proxy.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

function forward(incoming: IncomingMessage, answer: ServerResponse, port: number, setup: ProxySetup): void {
  const { method, url: path } = incoming;
  const onward = request({
    port,
    host: "127.0.0.1",
    method,
    path,
    headers: headersOf(incoming, setup, false),
  });
  onward.on("response", (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    if (setup.buffers !== true) return void answered.pipe(answer);
    const chunks: Buffer[] = [];
    answered.on("data", (chunk: Buffer) => chunks.push(chunk));
    return void answered.on("end", () => answer.end(Buffer.concat(chunks)));
  });
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

/** A proxy speaks for itself on each hop: `Upgrade` and `Connection` go no further unless it is told. */
function headersOf(
  { headers }: IncomingMessage,
  { forwardedFor }: ProxySetup,
  isUpgrade: boolean,
): OutgoingHttpHeaders {
  const { connection: _connection, upgrade: _upgrade, ...rest } = headers;
  const own = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return {
    ...Object.fromEntries(own),
    ...(isUpgrade && { connection: "Upgrade", upgrade: "websocket" }),
    ...(forwardedFor !== undefined && { "x-forwarded-for": forwardedFor }),
  };
}
