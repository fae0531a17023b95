import type { IncomingMessage, ServerResponse } from "node:http";
import { CLOSE, CLOSE_REASONS, parseSinceList } from "@tidewire/protocol";
import { sessionHash } from "../auth/session-hash.ts";
import type { Rate } from "../base/rate.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import type { Admission } from "../core/admission.ts";
import type { CatchUp } from "../core/catch-up.ts";
import type { Exclusions } from "../core/permissions.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Sessions } from "../core/sessions.ts";
import type { Turn } from "../core/turn.ts";
import type { TurnedAway } from "../core/turned-away.ts";
import type { ServerFacts } from "../wire/native/native-encoding.ts";
import type { NativeWire } from "../wire/native/native-wire.ts";
import { BandwidthCap } from "./bandwidth-cap.ts";
import type { ClientDoor } from "./client-doors.ts";
import type { ClientTransport } from "./client-transport.ts";
import { type ClientRequest, readClientRequest, sessionOf } from "./client-request.ts";
import { type EventId, OVER, parseEventId } from "./event-id.ts";
import { EventStreamEncoding } from "./event-stream-encoding.ts";
import { type EventStreamHost, EventStreamPeer } from "./event-stream-peer.ts";
import { answerRefusal } from "./http-answer.ts";
import { type ClosedPorts, logClosed } from "./log-closed.ts";
import type { AddressOf, ProxiedClients } from "./proxied-clients.ts";
import { RefusedClients } from "./refused-clients.ts";
import { ResumePoints } from "./resume-points.ts";
import { SocketOutbox } from "./socket-outbox.ts";

/** What the transport is told about limits and times. */
export interface EventStreamsOptions extends ServerFacts {
  readonly stallTimeoutMs: number;
  readonly outboxBytes: number;
  /** What a new stream may be sent; null: as much as it takes. */
  readonly bandwidthPerConnection: Rate | null;
}

/** What the transport works with. */
export interface EventStreamsPorts extends ClosedPorts {
  readonly wire: NativeWire;
  readonly sessions: Sessions;
  readonly exclusions: Pick<Exclusions, "refusalOfHash">;
  readonly catchUp: CatchUp;
  readonly turnedAway: Pick<TurnedAway, "refusalOf">;
  readonly turn: Turn;
  readonly wheel: TimerWheel;
  readonly isDraining: () => boolean;
  readonly admission: Admission;
  readonly clients: Pick<ProxiedClients, "admit">;
  readonly addressOf: AddressOf;
  /** 0 inclusive to 1 exclusive: spreads the heartbeats and the returns. */
  readonly random: () => number;
}

/** What a stream is asked for. */
interface StreamRequest extends ClientRequest {
  /** The session that it continues; null for a new one. */
  readonly sessionId: string | null;
}

/**
 * Without `Transfer-Encoding` the end of the connection is the end of the stream (RFC 9112 §6.3), so the shared bytes go to the
 * socket as they are. `no-transform` and nginx's own header keep proxies from holding events back.
 */
const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  connection: "close",
};

/** Old proxies and browsers hand nothing on before so many bytes have come. */
const PADDING = `:${" ".repeat(2048)}\n\n`;

/** A client that lost its stream returns after 1 to 3 seconds. */
const RETRY_MS = { min: 1000, spread: 2000 };

/** How long what was written last may take to arrive. */
const CLOSE_TIMEOUT_MS = 5000;

/** Native clients over server-sent events, at `/events`. */
export class EventStreams implements ClientDoor, ClientTransport, EventStreamHost {
  readonly method = "GET";
  readonly name = "sse";
  sentBytes = 0;
  readonly turn: Turn;
  readonly #options: EventStreamsOptions;
  readonly #ports: EventStreamsPorts;
  readonly #encoding: EventStreamEncoding;
  readonly #refused: RefusedClients;
  readonly #peers: Map<ServerResponse, EventStreamPeer> = new Map();
  readonly #onDrain: (this: ServerResponse) => void;
  readonly #onClose: (this: ServerResponse) => void;

  constructor(options: EventStreamsOptions, ports: EventStreamsPorts) {
    this.#options = options;
    this.#ports = ports;
    this.turn = ports.turn;
    this.#refused = new RefusedClients(ports);
    this.#encoding = new EventStreamEncoding(options);
    this.#onDrain = EventStreams.#listener((response) => this.#drained(response));
    this.#onClose = EventStreams.#listener((response) => this.#closed(response));
  }

  /** Open streams. */
  get size(): number {
    return this.#peers.size;
  }

  accept(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const { logger, turn, clock, wheel, wire, random, isDraining, admission } = this.#ports;
    const { origin } = request.headers;
    const address = this.#ports.addressOf(request);
    logger.info({ event: "connection.opened", address, origin, transport: "sse" }, "connection opened");
    const asked = this.#read(request, url);
    if ("code" in asked) return this.refuse(response, asked);
    const full = this.#ports.clients.admit(request, response);
    if (full !== null) return this.refuse(response, full);
    const outbox = new SocketOutbox(this.#encoding, turn, this.#options.outboxBytes, address);
    const peer = new EventStreamPeer(this, response, outbox, new ResumePoints(asked.channels), clock.nowMs());
    const { bandwidthPerConnection } = this.#options;
    if (bandwidthPerConnection !== null) {
      outbox.cap = new BandwidthCap(bandwidthPerConnection, this.#ports, () => this.#goOn(peer));
    }
    outbox.open(peer, this.#encoding);
    this.#peers.set(response, peer);
    response.on("drain", this.#onDrain);
    response.on("close", this.#onClose);
    response.on("error", ignore);
    // Any status but 200 stops an EventSource for good, and this one is to come back.
    if (isDraining()) return peer.disconnect(CLOSE.shutdown, CLOSE_REASONS.shutdown, this.#retryMs());
    const busy = admission.connection();
    if (busy !== null) return peer.disconnect(CLOSE.unavailable, OVERLOADED, busy.retryAfterMs ?? 0);
    wheel.schedule(peer, this.#options.pingIntervalMs * (0.5 + random() / 2));
    wire.connectByUrl(peer, asked.introduction, asked.channels, asked.sessionId);
  }

  closeAll(code: number, reason: string, retryAfterMs: () => number): void {
    for (const peer of this.#peers.values()) peer.disconnect(code, reason, retryAfterMs());
  }

  terminateAll(): void {
    for (const peer of this.#peers.values()) peer.terminate();
  }

  begin(response: ServerResponse): void {
    response.removeHeader("transfer-encoding");
    response.writeHead(200, STREAM_HEADERS);
    response.write(`${PADDING}retry: ${this.#retryMs()}\n\n`);
  }

  refuse(response: ServerResponse, refusal: Refusal): void {
    this.#refused.log(response.req, refusal, "an event stream was refused");
    answerRefusal(response, refusal);
  }

  complained(peer: EventStreamPeer, { code, message: problem }: Refusal): void {
    const about = { code, problem, connection: peer.session?.connection };
    this.#ports.logger.warn({ event: "client.refused", ...about }, "a client's request was refused");
  }

  /** The heartbeat of one stream: writes a comment, or closes it when its client has taken nothing for too long. */
  beat(peer: EventStreamPeer): void {
    if (peer.isClosed) return peer.terminate();
    const { clock, wheel, catchUp } = this.#ports;
    const { pingIntervalMs, stallTimeoutMs } = this.#options;
    const nowMs = clock.nowMs();
    if (peer.showsLife()) peer.lastAliveMs = nowMs;
    const stallsInMs = peer.lastAliveMs + stallTimeoutMs - nowMs;
    if (stallsInMs <= 0) return peer.disconnect(CLOSE.stalled, CLOSE_REASONS.stalled, 0);
    peer.heartbeat();
    if (peer.session !== null) catchUp.reportTails(peer.session);
    wheel.schedule(peer, Math.min(pingIntervalMs, stallsInMs));
  }

  sent(bytes: number): void {
    this.sentBytes += bytes;
  }

  /** Gives what was written last some time to arrive. */
  ending(peer: EventStreamPeer): void {
    this.#ports.wheel.schedule(peer, CLOSE_TIMEOUT_MS);
  }

  hashOf(sessionId: string): string {
    return sessionHash(sessionId);
  }

  #read(request: IncomingMessage, url: URL): StreamRequest | Refusal {
    const text = request.headers["last-event-id"] ?? url.searchParams.get("lastEventId") ?? "";
    const lastId = typeof text === "string" && text !== "" ? parseEventId(text) : null;
    if (lastId === undefined) return refuse("invalid_since", MALFORMED_ID);
    if (lastId !== null) url.searchParams.delete("since");
    const asked = readClientRequest(url, request.headers);
    if ("code" in asked) return asked;
    const keptOut = this.#ports.turnedAway.refusalOf(asked.introduction);
    if (keptOut !== null) return keptOut;
    const sessionId = sessionOf(url, request.headers);
    return lastId === null ? { ...asked, sessionId } : this.#resume(asked, lastId, sessionId);
  }

  /** Goes on where the client's last stream ended, and with its session unless it names another one. */
  #resume(
    { introduction, channels }: ClientRequest,
    { since, session }: EventId,
    sessionId: string | null,
  ): StreamRequest | Refusal {
    const names = channels.map(({ channel }) => channel);
    const listed = parseSinceList(since, names);
    if (!listed.ok) return refuse(listed.code, `The last event id cannot be used: ${listed.message}`);
    const resumed = { introduction, channels: listed.channels };
    if (session === null) return { ...resumed, sessionId };
    if (session.hash === OVER) return refuse("session_refused");
    const refusal = this.#ports.exclusions.refusalOfHash(session.hash);
    if (refusal !== null) return refusal;
    const known = this.#ports.sessions.byConnection(session.connection);
    const own = known !== undefined && sessionHash(known.id) === session.hash ? known.id : null;
    return { ...resumed, sessionId: sessionId ?? own };
  }

  #retryMs(): number {
    return Math.round(RETRY_MS.min + RETRY_MS.spread * this.#ports.random());
  }

  #drained(response: ServerResponse): void {
    const peer = this.#peers.get(response);
    if (peer === undefined) return;
    peer.outbox.drained();
    this.#goOn(peer);
  }

  /** There is room for what waits in the streams. */
  #goOn({ outbox, session }: EventStreamPeer): void {
    if (session !== null && session.outbox === outbox) this.#ports.catchUp.drained(session);
  }

  #closed(response: ServerResponse): void {
    const peer = this.#peers.get(response);
    if (peer === undefined) return;
    const { session, outbox, closeCode: code, closeReason: reason } = peer;
    const { wheel, sessions } = this.#ports;
    this.#peers.delete(response);
    wheel.cancel(peer);
    outbox.cap?.stop();
    logClosed(peer, code, reason, this.#ports);
    if (session !== null) sessions.detach(session, outbox, code);
  }

  /** One function for all responses: a closure for each would be kept as long as its stream. */
  static #listener(tell: (response: ServerResponse) => void): (this: ServerResponse) => void {
    return function () {
      tell(this);
    };
  }
}

const MALFORMED_ID =
  "The last event id is none of this server's: a since list, and the session it belongs to, as the events gave it.";

const OVERLOADED = "the server has too much to do";

/** What fails on the way to a client is told by `close`. */
function ignore(): void {}
