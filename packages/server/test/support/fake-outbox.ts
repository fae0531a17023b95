import { decodePush, type Push } from "@tidewire/protocol";
import type { Outbox } from "../../src/core/outbox.ts";
import { NativeEncoding } from "../../src/wire/native/native-encoding.ts";

/** The native encoding in frames that a test can read: one line each, messages filled up with spaces to `messageBytes`. */
export function lineEncoding(messageBytes = 0): NativeEncoding {
  return new NativeEncoding(
    {
      frame: (json) => {
        const isMessage = json.startsWith('{"type":"message"');
        return Buffer.from(`${isMessage ? json.padEnd(messageBytes - 1) : json}\n`);
      },
      join: (pieces) => Buffer.concat(pieces),
    },
    { pingIntervalMs: 25_000, maxMessageBytes: 65_536 },
  );
}

/** An outbox whose socket takes everything at once, and only when the test calls `drain`. */
export class FakeOutbox implements Outbox {
  readonly address = "127.0.0.1";
  readonly isCapped = false;
  readonly encoding: NativeEncoding;
  readonly #limitBytes: number;
  readonly #lowWaterBytes: number;
  #pending: Uint8Array[] = [];
  pendingBytes = 0;
  /** The most that ever waited. */
  peakBytes = 0;
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(encoding: NativeEncoding, limitBytes = Infinity, lowWaterBytes = Infinity) {
    this.encoding = encoding;
    this.#limitBytes = limitBytes;
    this.#lowWaterBytes = lowWaterBytes;
  }

  get overrun(): boolean {
    return this.pendingBytes > this.#limitBytes;
  }

  get waitingBytes(): number {
    return this.pendingBytes;
  }

  get hasRoom(): boolean {
    return this.pendingBytes < this.#lowWaterBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.closed !== null) return;
    this.#pending.push(bytes);
    this.pendingBytes += bytes.byteLength;
    this.peakBytes = Math.max(this.peakBytes, this.pendingBytes);
  }

  flush(): void {}

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** Takes what waits and gives it as the client sees it. */
  drain(): readonly Push[] {
    const lines = Buffer.concat(this.#pending).toString().split("\n");
    this.#pending = [];
    this.pendingBytes = 0;
    return lines.filter((line) => line !== "").map(readPush);
  }
}

function readPush(line: string): Push {
  const push = decodePush(line);
  if (push === undefined) throw new Error(`this is no push: ${line}`);
  return push;
}
