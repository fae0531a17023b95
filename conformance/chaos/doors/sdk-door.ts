import { hostEnvironment, Tidewire } from "@tidewire/client";
import { WebSocket } from "ws";
import { contentOf } from "../content.ts";
import type { OpenDoor } from "./door.ts";

/** The SDK, which keeps in its outbox what is not acknowledged, and sends it again by itself. */
export function openSdkDoor(user: string): OpenDoor {
  return async ({ port }) => {
    const client = new Tidewire(
      `http://127.0.0.1:${port}`,
      { user, backoff: { minMs: 20, maxMs: 200 } },
      { ...hostEnvironment(), webSocket: WebSocket },
    );
    return {
      async publish({ messages }, onAcknowledged) {
        for (const { channel, id } of messages) {
          const { epoch, offset, messageId, duplicate } = await client.publish(
            channel,
            contentOf(channel, id),
            {
              messageId: id,
            },
          );
          if (epoch === undefined || offset === undefined || messageId !== id) throw new Error("no position");
          onAcknowledged({ channel, id, epoch, offset, duplicate });
        }
      },
      close() {
        client.close();
      },
    };
  };
}
