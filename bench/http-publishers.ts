/** Publishers over HTTP in one cheap process: keep-alive sockets that each have one request under way. */
import { connect } from "node:net";
import { answerParent } from "./support/child.ts";

interface Load {
  readonly port: number;
  readonly inFlight: number;
  readonly seconds: number;
}

const BODY = JSON.stringify({ data: { text: "x".repeat(60) } });

function publisher(port: number, channel: string, untilMs: number, count: () => void): Promise<void> {
  const request = `POST /api/channels/${channel}/messages HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer bench\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setNoDelay(true);
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
      const head = answer.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN);
      if (answer.length < head + 4 + length) return;
      if (!answer.startsWith("HTTP/1.1 201")) return reject(new Error(answer));
      answer = "";
      count();
      if (performance.now() < untilMs) {
        socket.write(request);
        return;
      }
      socket.destroy();
      resolve();
    });
    socket.write(request);
  });
}

answerParent({
  /** Publishes for some seconds; gives how many were acknowledged per second. */
  publish: async ({ port, inFlight, seconds }: Load) => {
    let acknowledged = 0;
    const startMs = performance.now();
    const untilMs = startMs + seconds * 1000;
    await Promise.all(
      Array.from({ length: inFlight }, (_, index) =>
        publisher(port, `orders.${index % 8}`, untilMs, () => {
          acknowledged += 1;
        }),
      ),
    );
    return (acknowledged * 1000) / (performance.now() - startMs);
  },
});
