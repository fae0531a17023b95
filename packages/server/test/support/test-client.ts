import assert from "node:assert/strict";
import type { Since } from "@tidewire/protocol";
import type { Outbox } from "../../src/core/outbox.ts";
import type { Session } from "../../src/core/session.ts";
import type { Domain } from "../../src/domain.ts";
import { NativeEncoding } from "../../src/wire/native/native-encoding.ts";

/** A frame as its client reads it. */
export type Frame = Readonly<Record<string, unknown>>;

const ENCODING = new NativeEncoding(
  { frame: (json) => Buffer.from(`${json}\n`), join: (pieces) => Buffer.concat(pieces) },
  { pingIntervalMs: 25_000, maxMessageBytes: 65_536 },
);

/** A client without a socket: it keeps what the server writes to it. */
export class TestClient implements Outbox {
  readonly encoding = ENCODING;
  readonly overrun = false;
  readonly hasRoom = true;
  readonly frames: Frame[] = [];
  closedWith: { readonly code: number; readonly reason: string } | null = null;
  readonly #session: Session;
  #wake: (() => void) | null = null;

  constructor(domain: Domain, user: string | null, channels: readonly string[] = []) {
    const subscriptions = channels.map((channel): { channel: string; since?: Since } => ({ channel }));
    const identity = { user, infoJson: null };
    const session = domain.sessions.connect(this, {
      request: null,
      identity,
      sessionId: null,
      subscriptions,
    });
    assert.ok(!("code" in session), "the client must be let in");
    this.#session = session;
  }

  get connection(): string {
    return this.#session.connection;
  }

  write(bytes: Uint8Array): void {
    for (const line of Buffer.from(bytes).toString("utf8").trimEnd().split("\n")) this.#read(line);
    this.#wake?.();
  }

  flush(): void {
    // Nothing waits: writing is arriving.
  }

  close(code: number, reason: string): void {
    this.closedWith = { code, reason };
  }

  /** The first frame of this type and channel, now or once it comes. */
  async frame(type: string, channel?: string): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(
        (one) => one["type"] === type && (channel ?? one["channel"]) === one["channel"],
      );
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #read(line: string): void {
    const frame: unknown = JSON.parse(line);
    assert.ok(typeof frame === "object" && frame !== null);
    this.frames.push({ ...frame });
  }
}
