import type { Message } from "./message.ts";
import type { Push } from "./push.ts";

/**
 * The port to a wire format on a transport: turns what the core says into the bytes that a socket takes.
 *
 * One object serves every connection that speaks the same way, and the bytes it makes are shared between them: whoever
 * receives them must not change them.
 */
export interface Encoding {
  /** Encodes a message; `dropped` is how many before it this one receiver lost (0 for the shared encoding). */
  message(message: Message, dropped: number): Uint8Array;
  push(push: Push): Uint8Array;
  /** Joins at least two encoded pieces into one that says the same in the same order. */
  join(pieces: readonly Uint8Array[]): Uint8Array;
}
