import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { contentOf } from "../content.ts";
import { failureOf, type OpenDoor, readAcknowledged } from "./door.ts";

/** JSON lines over a socket; any number under way, answered in their order. */
export const openRawTcpDoor: OpenDoor = async ({ port, apiKey }) => {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const waiting: ((answer: unknown) => void)[] = [];
  let isGone = false;
  const end = (): void => {
    isGone = true;
    for (const answer of waiting.splice(0)) answer({ code: "not_available" });
  };
  socket.on("error", () => socket.destroy());
  socket.on("close", end);
  const lines = createInterface({ input: socket });
  lines.on("line", (line) => {
    const answer: unknown = JSON.parse(line);
    waiting.shift()?.(answer);
  });
  // It repeats the socket's.
  lines.on("error", () => {});
  function ask(line: object): Promise<unknown> {
    if (isGone) return Promise.reject(new Error("the connection is gone"));
    socket.write(`${JSON.stringify({ from: "api", key: apiKey, ...line })}\n`);
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  }
  return {
    async publish({ messages }, onAcknowledged) {
      const answers = messages.map(({ channel, id }) => ask({ channel, id, data: contentOf(channel, id) }));
      for (const [index, { channel, id }] of messages.entries()) {
        const answer = await answers[index];
        const acknowledged = readAcknowledged(answer, channel, id);
        if (acknowledged === undefined) throw failureOf(answer);
        onAcknowledged(acknowledged);
      }
    },
    close() {
      socket.destroy();
    },
  };
};
