import type { Push } from "../core/push.ts";
import { type Framing, NativeEncoding, type ServerFacts } from "../wire/native/native-encoding.ts";

/** The JSON holds no line feed, so an event is one line of data and the empty line that ends it (HTML §9.2.5). */
const EVENTS: Framing = {
  frame: (json) => Buffer.from(`data: ${json}\n\n`),
  join: (pieces) => Buffer.concat(pieces),
};

/**
 * The native protocol as server-sent events: each message is the data of one event.
 *
 * Events have neither a type, so that a plain `onmessage` gets all of them, nor an id, so that everybody shares their bytes.
 */
export class EventStreamEncoding extends NativeEncoding {
  constructor(facts: ServerFacts) {
    super(EVENTS, facts);
  }

  override push(push: Push): Uint8Array {
    const bytes = super.push(push);
    // What an SDK reads in the message, a plain EventSource must be told in its own way.
    return push.kind === "disconnect"
      ? Buffer.concat([Buffer.from(`retry: ${push.retryAfterMs}\n`), bytes])
      : bytes;
  }
}
