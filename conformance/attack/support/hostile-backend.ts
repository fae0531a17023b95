import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";

/** A backend that answers the server's questions in whatever way the client's token names. */
export interface HostileBackend {
  readonly url: string;
  readonly close: () => void;
}

const MB = 1024 * 1024;
const ALLOW = '{"allow":true,"user":"mallory"}';
const JSON_TYPE = { "content-type": "application/json" };

/** Requests that came to where only a redirect, or a name of the client's making, leads. */
let strays = 0;

/** How often the server went where nobody had told it to go. */
export function strayRequests(): number {
  return strays;
}

/** Ways to answer that must let nobody in. */
export const HOSTILE_ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  redirect: (response) => response.writeHead(307, { location: "/stray" }).end(),
  "redirect elsewhere": (response) => response.writeHead(302, { location: "http://[::1]:9/stray" }).end(),
  "redirect with an answer": (response) =>
    response.writeHead(301, { location: "/stray", ...JSON_TYPE }).end(ALLOW),
  silence: () => {},
  "a slow answer": (response) => {
    response.writeHead(200, JSON_TYPE);
    const drip = setInterval(() => response.write(" "), 100);
    response.on("close", () => clearInterval(drip));
  },
  "an endless answer": (response) => {
    response.writeHead(200, JSON_TYPE);
    const pour = (): void => {
      while (!response.destroyed && response.write(" ".repeat(65_536)));
    };
    response.on("drain", pour);
    pour();
  },
  "a bomb": (response) => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(ALLOW), Buffer.alloc(50 * MB, " ")]));
    response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(bomb);
  },
  "half an answer": (response) => {
    response.writeHead(200, { ...JSON_TYPE, "content-length": "1000" });
    response.write(ALLOW);
    setTimeout(() => response.destroy(), 50);
  },
  "a reset": (response) => response.destroy(),
  "an error": (response) => response.writeHead(500, JSON_TYPE).end(ALLOW),
  "another status": (response) => response.writeHead(202, JSON_TYPE).end(ALLOW),
  "no JSON": (response) => response.writeHead(200, JSON_TYPE).end("allow"),
  "deep JSON": (response) => response.writeHead(200, JSON_TYPE).end("[".repeat(100_000)),
  "allow as text": (response) => response.writeHead(200, JSON_TYPE).end('{"allow":"true"}'),
  "allow as 1": (response) => response.writeHead(200, JSON_TYPE).end('{"allow":1}'),
  "allow by prototype": (response) => response.writeHead(200, JSON_TYPE).end('{"__proto__":{"allow":true}}'),
  "a list": (response) => response.writeHead(200, JSON_TYPE).end(`[${ALLOW}]`),
  "a user of another type": (response) =>
    response.writeHead(200, JSON_TYPE).end('{"allow":true,"user":["ada"]}'),
  nothing: (response) => response.writeHead(200, JSON_TYPE).end(),
};

/** Grants that reach for the inbox of `ada`. */
const GREEDY = JSON.stringify({
  allow: true,
  user: "mallory",
  channels: { subscribe: ["**", "@*", "@ada"], publish: ["**", "@*", "@ada"] },
});

/** Starts the backend on loopback. Without a token it lets everybody in, without a name. */
export async function startHostileBackend(): Promise<HostileBackend> {
  const server = createServer((request, response) => {
    if (request.url !== "/ask") {
      strays += 1;
      return void response.writeHead(200, JSON_TYPE).end(ALLOW);
    }
    text(request).then(
      (question) => answer(question, response),
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/ask`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(question: string, response: ServerResponse): void {
  const asked: unknown = JSON.parse(question);
  const token = typeof asked === "object" && asked !== null && "token" in asked ? String(asked.token) : "";
  const hostile = Object.hasOwn(HOSTILE_ANSWERS, token) ? HOSTILE_ANSWERS[token] : undefined;
  if (hostile !== undefined) return hostile(response);
  response.writeHead(200, JSON_TYPE).end(token === "greedy" ? GREEDY : '{"allow":true}');
}
