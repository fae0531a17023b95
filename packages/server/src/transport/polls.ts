import type { IncomingMessage, ServerResponse } from "node:http";
import type { Rate } from "../base/rate.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import type { Admission } from "../core/admission.ts";
import type { CatchUp } from "../core/catch-up.ts";
import type { CommandRates } from "../core/command-rates.ts";
import { type Refusal, refuse, refuseForNow } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { Sessions } from "../core/sessions.ts";
import type { Turn } from "../core/turn.ts";
import type { TurnedAway } from "../core/turned-away.ts";
import { NativeEncoding, type Framing, type ServerFacts } from "../wire/native/native-encoding.ts";
import type { NativeWire } from "../wire/native/native-wire.ts";
import { BandwidthCap } from "./bandwidth-cap.ts";
import type { ClientDoor } from "./client-doors.ts";
import { readClientRequest, sessionOf } from "./client-request.ts";
import type { ClientTransport } from "./client-transport.ts";
import { answerRefusal } from "./http-answer.ts";
import { type ClosedPorts, logClosed } from "./log-closed.ts";
import { type PollHost, PollPeer } from "./poll-peer.ts";
import type { AddressOf, ProxiedClients } from "./proxied-clients.ts";
import { RefusedClients } from "./refused-clients.ts";
import { ResumePoints } from "./resume-points.ts";

/** What the transport is told about limits and times. */
export interface PollsOptions extends ServerFacts {
  readonly graceMs: number;
  readonly outboxBytes: number;
  /** What a new client may be sent; null: as much as it asks for. */
  readonly bandwidthPerConnection: Rate | null;
}

/** What the transport works with. */
export interface PollsPorts extends ClosedPorts {
  readonly wire: NativeWire;
  readonly sessions: Sessions;
  readonly catchUp: CatchUp;
  readonly turnedAway: Pick<TurnedAway, "refusalOf">;
  readonly turn: Turn;
  readonly wheel: TimerWheel;
  readonly admission: Admission;
  readonly clients: Pick<ProxiedClients, "admit">;
  readonly addressOf: AddressOf;
  readonly commandRates: Pick<CommandRates, "takeCommand">;
}

const DEFAULT_WAIT_MS = 25_000;
/** Most proxies give a request up that takes longer. */
const MAX_WAIT_MS = 60_000;

/** Ends a session at once, as the close code of a client that says goodbye does. */
const GOODBYE = 1000;

/** Each frame brings the comma that stands before it in the list. */
const LISTED: Framing = {
  frame: (json) => Buffer.from(`,${json}`),
  join: (pieces) => Buffer.concat(pieces),
};

/** Native clients that poll, at `/poll`. */
export class Polls implements ClientDoor, ClientTransport, PollHost {
  readonly method = "GET";
  readonly name = "poll";
  sentBytes = 0;
  readonly encoding: NativeEncoding;
  readonly turn: Turn;
  readonly outboxBytes: number;
  readonly #options: PollsOptions;
  readonly #ports: PollsPorts;
  readonly #refused: RefusedClients;
  /** All that are open. */
  readonly #open: Set<PollPeer> = new Set();
  /** By the secrets of their sessions; for a while also those that are closed and have still something to say. */
  readonly #bySession: Map<string, PollPeer> = new Map();

  constructor(options: PollsOptions, ports: PollsPorts) {
    this.#options = options;
    this.#ports = ports;
    this.turn = ports.turn;
    this.#refused = new RefusedClients(ports);
    this.outboxBytes = options.outboxBytes;
    this.encoding = new NativeEncoding(LISTED, options);
  }

  /** Clients that poll, whether a poll of theirs waits at this moment or not. */
  get size(): number {
    return this.#open.size;
  }

  accept(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const waitMs = readWaitMs(url.searchParams.get("waitMs"));
    if (typeof waitMs !== "number") return this.#refuse(response, waitMs);
    const since = url.searchParams.getAll("since").join(",");
    const secret = sessionOf(url, request.headers);
    const known = secret === null ? undefined : this.#bySession.get(secret);
    if (known?.continuesAt(since) !== true) return this.#connect(request, response, url, waitMs, secret);
    const restMs = known.session === null ? 0 : this.#ports.commandRates.takeCommand(known.session);
    if (restMs > 0) return answerRefusal(response, refuseForNow("Too many polls.", restMs));
    this.#ports.wheel.schedule(known, waitMs);
    known.ask({ response, since });
  }

  closeAll(code: number, reason: string, retryAfterMs: () => number): void {
    for (const peer of this.#open) peer.disconnect(code, reason, retryAfterMs());
  }

  /** Nothing has to be cut: every poll is answered when its peer is closed. */
  terminateAll(): void {}

  joined(peer: PollPeer, session: Session): void {
    this.#bySession.set(session.id, peer);
  }

  capOf(peer: PollPeer): BandwidthCap | null {
    const { bandwidthPerConnection } = this.#options;
    if (bandwidthPerConnection === null) return null;
    return new BandwidthCap(bandwidthPerConnection, this.#ports, () => {
      if (peer.session !== null) this.drained(peer, peer.session);
    });
  }

  idle(peer: PollPeer): void {
    this.#ports.wheel.schedule(peer, this.#options.graceMs);
  }

  drained(peer: PollPeer, session: Session): void {
    if (session.outbox === peer) this.#ports.catchUp.drained(session);
  }

  due(peer: PollPeer): void {
    const { session } = peer;
    if (!peer.isAsked) return this.#forget(peer);
    // Who the client is is still being found out; that ends by itself.
    if (session === null) return this.idle(peer);
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - peer.tailsToldAtMs >= this.#options.pingIntervalMs) {
      peer.tailsToldAtMs = nowMs;
      this.#ports.catchUp.reportTails(session);
    }
    peer.answer();
  }

  closed(peer: PollPeer): void {
    const { session, closeCode: code, closeReason: reason } = peer;
    const { sessions } = this.#ports;
    this.#open.delete(peer);
    logClosed(peer, code, reason, this.#ports);
    if (session !== null) sessions.detach(session, peer, code);
  }

  sent(bytes: number): void {
    this.sentBytes += bytes;
  }

  complained(peer: PollPeer, { code, message: problem }: Refusal): void {
    const { session, address } = peer;
    const about = { code, problem, connection: session?.connection, address };
    this.#ports.logger.warn({ event: "client.refused", ...about }, "a client's request was refused");
  }

  #connect(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    waitMs: number,
    secret: string | null,
  ): void {
    const { wire, wheel, clock, logger, admission } = this.#ports;
    const busy = admission.connection();
    if (busy !== null) return answerRefusal(response, busy);
    const { origin } = request.headers;
    const address = this.#ports.addressOf(request);
    logger.info({ event: "connection.opened", address, origin, transport: "poll" }, "connection opened");
    const since = url.searchParams.getAll("since").join(",");
    url.searchParams.set("since", since.replace(/;\d+$/, ""));
    const asked = readClientRequest(url, request.headers);
    if ("code" in asked) return this.#refuse(response, asked);
    const refusal =
      this.#ports.turnedAway.refusalOf(asked.introduction) ?? this.#ports.clients.admit(request, response);
    if (refusal !== null) return this.#refuse(response, refusal);
    const { introduction, channels } = asked;
    const open = { response, since };
    const peer = new PollPeer(this, open, new ResumePoints(channels), address, clock.nowMs());
    this.#open.add(peer);
    wheel.schedule(peer, waitMs);
    wire.connectByUrl(peer, introduction, channels, secret);
  }

  /** The client has not asked again in time: its session ends, and what it has not fetched is gone. */
  #forget(peer: PollPeer): void {
    const { session } = peer;
    if (session !== null && this.#bySession.get(session.id) === peer) this.#bySession.delete(session.id);
    if (!peer.isOpen) return;
    if (session !== null) this.#ports.sessions.detach(session, peer, GOODBYE);
    peer.close(peer.closeCode, "");
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    this.#refused.log(response.req, refusal, "a poll was refused");
    answerRefusal(response, refusal);
  }
}

function readWaitMs(text: string | null): number | Refusal {
  if (text === null) return DEFAULT_WAIT_MS;
  const waitMs = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (waitMs <= MAX_WAIT_MS) return waitMs;
  return refuse("invalid_field", `waitMs: must be a whole number of milliseconds, at most ${MAX_WAIT_MS}`);
}
