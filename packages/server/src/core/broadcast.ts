import { BROADCAST_CHANNEL } from "@tidewire/protocol";
import type { Clock, RandomId } from "../base/clock.ts";
import type { Encoding } from "./encoding.ts";
import { API_PUBLISHER, type Message } from "./message.ts";
import type { Sessions } from "./sessions.ts";
import type { Tally } from "./tally.ts";

const MESSAGE_ID_BITS = 96;

/**
 * Sends a message to every connection of this node, whatever it is subscribed to. Returns how many got it.
 *
 * It has no history. A connection whose outbox is full does not get it, and is told so with the next one.
 */
export function broadcast(
  dataJson: string,
  ports: {
    readonly sessions: Sessions;
    readonly clock: Clock;
    readonly randomId: RandomId;
    readonly tally: Tally;
  },
): { readonly id: string; readonly connections: number } {
  const id = ports.randomId(MESSAGE_ID_BITS);
  const message: Message = {
    channel: BROADCAST_CHANNEL,
    epoch: null,
    offset: null,
    id,
    timeMs: ports.clock.nowMs(),
    from: API_PUBLISHER,
    key: null,
    priority: null,
    exclude: null,
    dataJson,
  };
  const encoded: Map<Encoding, Uint8Array> = new Map();
  let connections = 0;
  for (const session of ports.sessions.all()) {
    const { outbox } = session;
    if (outbox === null) continue;
    if (outbox.overrun) {
      session.broadcastsDropped += 1;
      ports.tally.dropped += 1;
      continue;
    }
    connections += 1;
    const { encoding } = outbox;
    let bytes = encoded.get(encoding);
    if (bytes === undefined) {
      bytes = encoding.message(message, 0);
      encoded.set(encoding, bytes);
    }
    outbox.write(
      session.broadcastsDropped === 0 ? bytes : encoding.message(message, session.broadcastsDropped),
    );
    session.broadcastsDropped = 0;
  }
  ports.tally.deliveries += connections;
  return { id, connections };
}
