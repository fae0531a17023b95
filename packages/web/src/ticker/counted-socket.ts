import type { WebSocketConstructor } from "@tidewire/client";

/** What a socket counts. */
interface SocketCount {
  opened(): void;
  received(bytes: number): void;
}

const ENCODER = new TextEncoder();

/** WebSockets that count: each opening, and of each message its text and the header of its frame (RFC 6455 §5.2). */
export function countedSockets(count: SocketCount): WebSocketConstructor {
  return class CountedSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      count.opened();
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string") count.received(frameBytes(ENCODER.encode(data).length));
      });
    }
  };
}

/** How long the unmasked frame is that carries so many bytes uncompressed. */
export function frameBytes(payload: number): number {
  if (payload < 126) return payload + 2;
  return payload + (payload < 65_536 ? 4 : 10);
}
