import { LineClient } from "../../../packages/server/test/support/line-client.ts";
import { NativeClient } from "../../../packages/server/test/support/native-client.ts";
import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

/** `from: "api"` where it means nothing. */
export const posingAsBackend: Attack = {
  name: 'from: "api" by a client',
  target: "open",
  tried:
    "raw-TCP lines inside a WebSocket, with and without the right key; publishes that claim to be the backend's; lines without a key; lines in the body and after the head of an HTTP request",
  defence: "a message says who really sent it; lines count on raw TCP alone, and only with the key",
  async run(arena) {
    const { apiKey: key } = arena.server;
    const channel = `attack.memory.pose-${Math.random().toString(36).slice(2)}`;
    const reader = await NativeClient.open(arena, arena, `channels=${channel}`);
    await reader.next("subscribed");
    const client = await NativeClient.open(arena, arena, "user=mallory");
    const line = { from: "api", key, channel, data: "as a line" };
    client.send(line);
    client.send({ ...line, action: "disconnect", user: "neighbour", reason: "posed" });
    client.send({ type: "publish", id: 1, channel, data: "as a publish", from: "api", key });
    client.send({ type: "publish", id: 2, channel, data: "as a publish", from: { api: true }, api: true });
    client.send({ type: "message", channel, data: "as a push", from: { api: true } });
    await client.settled();
    for (const push of client.frames) if (push.type === "error") arena.count(push.code);
    for (const [given, more] of [
      ["no key", { key: undefined }],
      ["a wrong key", { key: "wrong" }],
      ["an object as key", { key: { key } }],
      ["a list as key", { key: [key] }],
      ["from a client", { from: "client" }],
      ["from API", { from: "API" }],
      ["from an object", { from: { api: true } }],
    ] as const) {
      const lines = await LineClient.open(arena, arena);
      lines.send(`${JSON.stringify({ ...line, ...more })}\n`);
      const answer = await lines.line();
      arena.count(`a line with ${given} refused`);
      arena.expect(answer["ok"] === false, `a line with ${given} was obeyed`);
      lines.socket.destroy();
    }
    const bodyLine = `${JSON.stringify(line)}\n`;
    for (const [requestLine, body] of [
      ["POST /api/publish HTTP/1.1", bodyLine],
      ["POST / HTTP/1.1", bodyLine],
      ["POST /health HTTP/1.1", bodyLine],
      ["GET /health HTTP/1.1", bodyLine],
    ] as const) {
      for (const type of ["text/plain", "application/json", "application/x-www-form-urlencoded"]) {
        const headers = [`Content-Type: ${type}`, `Content-Length: ${body.length}`];
        const { answers } = await exchange(arena, request(arena, requestLine, headers, body));
        arena.count(`${answers[0]?.status ?? "no"} to HTTP`);
        arena.expect(
          answers.length <= 1,
          `${requestLine} with a line as its body was answered more than once`,
        );
      }
    }
    await exchange(arena, `${request(arena, "GET /health HTTP/1.1")}${bodyLine}`);
    await reader.settled();
    const seen = reader.frames.filter((push) => push.type === "message");
    arena.expect(seen.length === 2, `${seen.length} messages were let in instead of 2 publishes`);
    for (const { from } of seen)
      arena.expect("user" in from && from.user === "mallory", `a message is from ${JSON.stringify(from)}`);
    return `${seen.length} publishes, both from the user who sent them; ${arena.outcomes()}`;
  },
};
