import { hostEnvironment, Tidewire } from "@tidewire/client";
import { WebSocket } from "ws";
import { contentOf } from "../content.ts";
import type { OpenDoor, ServerAddress } from "./door.ts";

/** A client of a server that is killed again and again, quick to come back. */
export function sdkClient({ port }: Pick<ServerAddress, "port">, user?: string): Tidewire {
  return new Tidewire(
    `http://127.0.0.1:${port}`,
    { user, backoff: { minMs: 20, maxMs: 200 } },
    { ...hostEnvironment(), webSocket: WebSocket },
  );
}

/** The SDK, which keeps in its outbox what is not acknowledged, and sends it again by itself. */
export function openSdkDoor(user: string): OpenDoor {
  return async (server) => {
    const client = sdkClient(server, user);
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
