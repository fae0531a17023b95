import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import type { Since } from "@tidewire/protocol";
import { ANONYMOUS } from "../../src/core/identity.ts";
import type { Outbox } from "../../src/core/outbox.ts";
import type { Session } from "../../src/core/session.ts";
import type { Domain } from "../../src/domain.ts";
import { NativeEncoding } from "../../src/wire/native/native-encoding.ts";
import { within } from "./deadline.ts";

/** A frame as its client reads it. */
export type Frame = Readonly<Record<string, unknown>>;

const ENCODING = new NativeEncoding(
  { frame: (json) => Buffer.from(`${json}\n`), join: (pieces) => Buffer.concat(pieces) },
  { pingIntervalMs: 25_000, maxMessageBytes: 65_536 },
);

/** A client without a socket: it keeps what the server writes to it. */
export class TestClient implements Outbox {
  readonly address = "127.0.0.1";
  readonly encoding = ENCODING;
  readonly overrun = false;
  readonly isCapped = false;
  readonly hasRoom = true;
  readonly waitingBytes = 0;
  readonly frames: Frame[] = [];
  closedWith: { readonly code: number; readonly reason: string } | null = null;
  readonly #domain: Domain;
  readonly #session: Session;
  readonly #arrived = new EventEmitter();

  constructor(domain: Domain, user: string | null, channels: readonly string[] = [], info?: unknown) {
    const subscriptions = channels.map((channel): { channel: string; since?: Since } => ({ channel }));
    const identity = { ...ANONYMOUS, user, infoJson: info === undefined ? null : JSON.stringify(info) };
    this.#domain = domain;
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
    this.#arrived.emit("frame");
  }

  /** Goes away without a word, as a phone does in a tunnel. */
  leave(): void {
    this.#domain.sessions.detach(this.#session, this, 1006);
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
      await within(once(this.#arrived, "frame"), `${type} of ${channel ?? "any channel"}`);
    }
  }

  #read(line: string): void {
    const frame: unknown = JSON.parse(line);
    assert.ok(typeof frame === "object" && frame !== null);
    this.frames.push({ ...frame });
  }
}
