import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CLOSE, CLOSE_REASONS, OVERSIZE_CLOSE_FACTOR } from "@tidewire/protocol";
import {
  encodeDeflatedTextFrame,
  encodeTextFrame,
  type WebSocketConnection,
  WebSocketEngine,
  type WebSocketHandlers,
} from "@tidewire/websocket";
import type { Rate } from "../base/rate.ts";
import type { TimerWheel, WheelEntry } from "../base/timer-wheel.ts";
import type { CatchUp } from "../core/catch-up.ts";
import type { CommandRates } from "../core/command-rates.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Sessions } from "../core/sessions.ts";
import type { TurnedAway } from "../core/turned-away.ts";
import type { Turn } from "../core/turn.ts";
import { type Framing, NativeEncoding, type ServerFacts } from "../wire/native/native-encoding.ts";
import { httpErrorOf } from "../wire/http-error.ts";
import type { NativeWire } from "../wire/native/native-wire.ts";
import { BandwidthCap } from "./bandwidth-cap.ts";
import type { ClientTransport } from "./client-transport.ts";
import { readClientRequest } from "./client-request.ts";
import type { AddressOf } from "./proxied-clients.ts";
import { RefusedClients } from "./refused-clients.ts";
import { type ClosedPorts, logClosed } from "./log-closed.ts";
import { SocketOutbox } from "./socket-outbox.ts";
import { type PeerHost, WebSocketPeer } from "./websocket-peer.ts";

/** A shorter message costs more to compress than it saves: 160 bytes shrink to 125 in 21–26 µs. */
const DEFLATE_THRESHOLD_CHARACTERS = 1024;

/** A debt of bytes may be larger: then it rests again. In between it is heard whether the peer closes. */
const MAX_REST_MS = 10_000;

/** What the transport is told about limits and times. */
export interface WebSocketTransportOptions extends ServerFacts {
  readonly stallTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxPendingCommands: number;
  readonly outboxBytes: number;
  /** What a new connection may be sent; null: as much as it takes. */
  readonly bandwidthPerConnection: Rate | null;
  readonly deflate: boolean;
}

/** What the transport works with. */
export interface WebSocketTransportPorts extends ClosedPorts {
  readonly wire: NativeWire;
  readonly sessions: Sessions;
  readonly catchUp: CatchUp;
  readonly turn: Turn;
  readonly wheel: TimerWheel;
  readonly turnedAway: Pick<TurnedAway, "refusalOf">;
  readonly addressOf: AddressOf;
  readonly hits: LimitHits;
  readonly commandRates: Pick<CommandRates, "spendBytes">;
  /** 0 inclusive to 1 exclusive: spreads the heartbeats. */
  readonly random: () => number;
}

/** Native clients over WebSocket, at `/connect`. */
export class WebSocketTransport implements ClientTransport, PeerHost, WebSocketHandlers<WebSocketPeer> {
  readonly name = "websocket";
  readonly maxPendingCommands: number;
  readonly #options: WebSocketTransportOptions;
  readonly #ports: WebSocketTransportPorts;
  readonly #engine: WebSocketEngine<WebSocketPeer>;
  readonly #plain: NativeEncoding;
  readonly #deflated: NativeEncoding;
  readonly #refused: RefusedClients;

  constructor(options: WebSocketTransportOptions, ports: WebSocketTransportPorts) {
    this.maxPendingCommands = options.maxPendingCommands;
    this.#options = options;
    this.#ports = ports;
    this.#refused = new RefusedClients(ports);
    this.#plain = new NativeEncoding(PLAIN_FRAMING, options);
    this.#deflated = new NativeEncoding(DEFLATED_FRAMING, options);
    this.#engine = new WebSocketEngine(this, {
      maxMessageBytes: options.maxMessageBytes,
      oversizeFactor: OVERSIZE_CLOSE_FACTOR,
      maxBufferedBytes: options.outboxBytes,
      deflate: options.deflate ? { thresholdBytes: DEFLATE_THRESHOLD_CHARACTERS } : false,
    });
  }

  get sentBytes(): number {
    return this.#engine.sentBytes;
  }

  /** Read from clients since the start. */
  get receivedBytes(): number {
    return this.#engine.receivedBytes;
  }

  /** Open connections. */
  get size(): number {
    return this.#engine.size;
  }

  /**
   * Refuses an upgrade of somebody who is kept out, and tells whether it did.
   *
   * Whoever comes again and again costs no handshake, and a line in the log once a minute.
   */
  turnAway(request: IncomingMessage, socket: Duplex, url: URL): boolean {
    const asked = readClientRequest(url, request.headers);
    const refusal = "code" in asked ? null : this.#ports.turnedAway.refusalOf(asked.introduction);
    if (refusal === null) return false;
    this.#refused.log(request, refusal, "a handshake was refused");
    this.refuse(socket, refusal);
    return true;
  }

  /** Takes an upgrade to `/connect` that the gate let through. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void {
    const asked = readClientRequest(url, request.headers);
    const address = this.#ports.addressOf(request);
    const { turn, clock, wheel, logger, random } = this.#ports;
    if ("code" in asked) {
      const about = { address, code: asked.code, problem: asked.message };
      logger.warn({ event: "connection.refused", ...about }, "a handshake was refused");
      return this.refuse(socket, asked);
    }
    const outbox = new SocketOutbox(this.#plain, turn, this.#options.outboxBytes, address);
    const peer = new WebSocketPeer(this, outbox, request.headers.origin, clock.nowMs());
    const { bandwidthPerConnection } = this.#options;
    if (bandwidthPerConnection !== null) {
      outbox.cap = new BandwidthCap(bandwidthPerConnection, this.#ports, () => this.#goOn(peer));
    }
    const connection = this.#engine.accept(request, socket, head, peer);
    if (connection === null) {
      const about = { address, code: "bad_request", problem: "this is no WebSocket handshake" };
      logger.warn({ event: "connection.refused", ...about }, "a handshake was refused");
      return;
    }
    peer.open(connection, connection.sharedDeflate ? this.#deflated : this.#plain);
    const { subprotocol, sharedDeflate: deflate } = connection;
    logger.info({ event: "connection.handshake", address, subprotocol, deflate }, "handshake done");
    const { introduction, channels } = asked;
    if (introduction.user !== undefined || introduction.token !== undefined || channels.length > 0) {
      this.#ports.wire.connectByUrl(peer, introduction, channels, null);
    }
    const { pingIntervalMs, connectTimeoutMs } = this.#options;
    const firstBeatMs = pingIntervalMs * (0.5 + random() / 2);
    wheel.schedule(peer, peer.session === null ? Math.min(firstBeatMs, connectTimeoutMs) : firstBeatMs);
  }

  /** Answers an upgrade that is not let in. */
  refuse(socket: Duplex, refusal: Refusal): void {
    const { code, message } = refusal;
    const { status, headers } = httpErrorOf(refusal);
    this.#engine.refuse(socket, status, `${code}: ${message}`, headers);
  }

  /** Sends every client that has no session yet away; those with a session are told by it. */
  closeAll(code: number, reason: string, retryAfterMs: () => number): void {
    for (const connection of this.#engine) connection.data.disconnect(code, reason, retryAfterMs());
  }

  terminateAll(): void {
    this.#engine.terminateAll();
  }

  onText(connection: WebSocketConnection<WebSocketPeer>, text: string): void {
    const { data: peer } = connection;
    this.#ports.wire.receive(peer, text);
    const { session } = peer;
    const waitMs =
      session === null ? 0 : this.#ports.commandRates.spendBytes(session, Buffer.byteLength(text));
    if (waitMs > 0) peer.rest(Math.min(waitMs, MAX_REST_MS));
    else peer.throttle();
  }

  onMessageTooLong(connection: WebSocketConnection<WebSocketPeer>, lengthBytes: number): void {
    const { maxMessageBytes } = this.#options;
    const message = `The message has ${lengthBytes} bytes; at most ${maxMessageBytes} are allowed.`;
    const { data: peer } = connection;
    const { address } = peer.outbox;
    this.#ports.hits.hit("message_size", {
      address,
      user: peer.session?.user ?? undefined,
      connection: peer.session?.connection,
    });
    const refusal = refuse("message_too_large", message);
    peer.outbox.write(peer.encoding.push({ kind: "error", request: null, channel: null, refusal }));
    peer.complain(refusal);
  }

  onDrain(connection: WebSocketConnection<WebSocketPeer>): void {
    const { data: peer } = connection;
    peer.outbox.drained();
    peer.unthrottle();
    this.#goOn(peer);
  }

  onClose(connection: WebSocketConnection<WebSocketPeer>, code: number, reason: string): void {
    const { data: peer } = connection;
    const { wheel, sessions } = this.#ports;
    wheel.cancel(peer);
    peer.outbox.cap?.stop();
    logClosed(peer, code, reason, this.#ports);
    if (peer.session !== null) sessions.detach(peer.session, peer.outbox, code);
  }

  onError(_connection: WebSocketConnection<WebSocketPeer>, error: unknown): void {
    this.#ports.logger.error({ event: "server.bug", err: error }, "a message could not be handled");
  }

  /** The heartbeat of one connection: pings it, or closes it when it has been dead for too long. */
  beat(peer: WebSocketPeer): void {
    const { clock, wheel, catchUp } = this.#ports;
    const { pingIntervalMs, stallTimeoutMs, connectTimeoutMs } = this.#options;
    const { connection, session } = peer;
    if (connection === null) return;
    const nowMs = clock.nowMs();
    if (showsLife(peer, connection) || peer.isResting) peer.lastAliveMs = nowMs;
    const stallsInMs = peer.lastAliveMs + stallTimeoutMs - nowMs;
    if (stallsInMs <= 0) return peer.disconnect(CLOSE.stalled, CLOSE_REASONS.stalled, 0);
    const connectsInMs = session === null ? peer.openedAtMs + connectTimeoutMs - nowMs : Infinity;
    if (connectsInMs <= 0) {
      this.#ports.hits.hit("connect_time", { address: peer.outbox.address });
      return peer.disconnect(CLOSE.connectTimeout, CLOSE_REASONS.connectTimeout, 0);
    }
    connection.ping();
    if (session !== null) catchUp.reportTails(session);
    wheel.schedule(peer, Math.min(pingIntervalMs, stallsInMs, connectsInMs));
  }

  scheduleRest(rest: WheelEntry, restMs: number): void {
    this.#ports.wheel.schedule(rest, restMs);
  }

  /** There is room for what waits in the streams. */
  #goOn({ outbox, session }: WebSocketPeer): void {
    if (session !== null && session.outbox === outbox) this.#ports.catchUp.drained(session);
  }

  complained(peer: WebSocketPeer, { code, message }: Refusal): void {
    const about = { code, problem: message, connection: peer.session?.connection };
    this.#ports.logger.warn({ event: "client.refused", ...about }, "a client's message was refused");
  }
}

/**
 * Whether the peer has sent or taken a byte since the last heartbeat.
 *
 * What the kernel takes while its buffer has room proves nothing: pings to a phone that is gone disappear there for a
 * quarter of an hour. Only when bytes already waited in front of it does it take one because the peer did.
 */
function showsLife(peer: WebSocketPeer, connection: WebSocketConnection<WebSocketPeer>): boolean {
  const { receivedBytes, progressBytes, bufferedBytes } = connection;
  const hasSent = receivedBytes !== peer.lastReceivedBytes;
  const hasTaken = peer.hadBacklog && progressBytes !== peer.lastProgressBytes;
  peer.lastReceivedBytes = receivedBytes;
  peer.lastProgressBytes = progressBytes;
  peer.hadBacklog = bufferedBytes > 0;
  return hasSent || hasTaken;
}

const PLAIN_FRAMING: Framing = {
  frame: encodeTextFrame,
  join: (pieces) => Buffer.concat(pieces),
};

/** One compressed frame serves all connections that agreed on compressing each message alone. */
const DEFLATED_FRAMING: Framing = {
  frame: (json) =>
    json.length < DEFLATE_THRESHOLD_CHARACTERS ? encodeTextFrame(json) : encodeDeflatedTextFrame(json),
  join: (pieces) => Buffer.concat(pieces),
};
