import { once } from "node:events";
import { decodePush } from "@tidewire/protocol";
import { WebSocket } from "ws";
import { contentOf } from "../content.ts";
import { failureOf, type OpenDoor, readAcknowledged } from "./door.ts";

/** A client's own publishes over a WebSocket, as the user `user`; any number under way. */
export function openWebSocketDoor(user: string): OpenDoor {
  return async ({ port }) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/connect?user=${user}`);
    // Connecting may fail more than once; `once` hears the first error only.
    socket.on("error", () => socket.terminate());
    await once(socket, "open");
    const waiting = new Map<number, (answer: unknown) => void>();
    let requests = 0;
    let isGone = false;
    socket.on("close", () => {
      isGone = true;
      for (const answer of waiting.values()) answer({ code: "not_available" });
    });
    socket.on("message", (bytes: Buffer) => {
      const push = decodePush(bytes.toString("utf8"));
      if (push?.type !== "published" && push?.type !== "error") return;
      const request = push.id ?? 0;
      waiting.get(request)?.(push);
      waiting.delete(request);
    });
    return {
      async publish({ messages }, onAcknowledged) {
        for (const { channel, id } of messages) {
          if (isGone) throw new Error("the connection is gone");
          requests += 1;
          const request = requests;
          const answered = new Promise<unknown>((resolve) => {
            waiting.set(request, resolve);
          });
          const data = contentOf(channel, id);
          socket.send(JSON.stringify({ type: "publish", id: request, channel, messageId: id, data }));
          const answer = await answered;
          const acknowledged = readAcknowledged(answer, channel, id);
          if (acknowledged === undefined) throw failureOf(answer);
          onAcknowledged(acknowledged);
        }
      },
      close() {
        socket.terminate();
      },
    };
  };
}
