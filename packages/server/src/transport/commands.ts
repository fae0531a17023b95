import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Rate } from "../base/rate.ts";
import { readBody } from "../base/read-body.ts";
import { Seldom } from "../base/seldom.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import type { Exclusions } from "../core/permissions.ts";
import { ANONYMOUS } from "../core/identity.ts";
import type { CommandRates } from "../core/command-rates.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { type Refusal, refuse, refuseForNow } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { Ending, Sessions } from "../core/sessions.ts";
import type { Turn } from "../core/turn.ts";
import { NativeEncoding, type ServerFacts } from "../wire/native/native-encoding.ts";
import type { NativeWire } from "../wire/native/native-wire.ts";
import type { ClientDoor } from "./client-doors.ts";
import { SESSION_HEADER } from "./client-request.ts";
import { type CommandHost, CommandPeer } from "./command-peer.ts";
import { answerRefusal } from "./http-answer.ts";
import type { AddressOf } from "./proxied-clients.ts";

/** What the door is told about limits. */
export interface CommandsOptions extends ServerFacts {
  readonly maxPendingCommands: number;
}

/** What the door works with. */
export interface CommandsPorts {
  readonly wire: NativeWire;
  readonly sessions: Sessions;
  readonly exclusions: Pick<Exclusions, "refusalOf">;
  readonly turn: Turn;
  readonly wheel: TimerWheel;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hits: LimitHits;
  readonly commandRates: Pick<CommandRates, "spendBytes">;
  readonly addressOf: AddressOf;
}

/** Longer than hooks and stores take to answer or to give up. */
const ANSWER_TIMEOUT_MS = 30_000;

/** As many refusals as end a WebSocket between two of its heartbeats. */
const COMPLAINTS: Rate = { count: 100, perMs: 25_000 };

const FLOOD: Ending = { code: CLOSE.flood, reason: CLOSE_REASONS.flood, retryAfterMs: 0 };

const JSON_TYPE = /^application\/json *(?:;|$)/i;

/** Commands of sessions whose transport carries only what the server says, at `/command`. */
export class Commands implements ClientDoor, CommandHost {
  readonly method = "POST";
  /** The bodies that were read since the start. */
  receivedBytes = 0;
  readonly encoding: NativeEncoding;
  readonly turn: Turn;
  readonly addressOf: AddressOf;
  readonly #options: CommandsOptions;
  readonly #ports: CommandsPorts;
  /** How many commands of a session are under way; none is not listed. */
  readonly #pending: Map<Session, number> = new Map();
  /** How much of what a session sends may still be wrong. */
  readonly #complaints: WeakMap<Session, TokenBucket> = new WeakMap();
  readonly #logged: Seldom;

  constructor(options: CommandsOptions, ports: CommandsPorts) {
    this.#options = options;
    this.#ports = ports;
    this.turn = ports.turn;
    this.#logged = new Seldom(ports.clock, COMPLAINTS.perMs);
    this.addressOf = ports.addressOf;
    this.encoding = new NativeEncoding(PLAIN, options);
  }

  accept(request: IncomingMessage, response: ServerResponse): void {
    const secret = request.headers[SESSION_HEADER];
    const session = JSON_TYPE.test(request.headers["content-type"] ?? "")
      ? this.#find(typeof secret === "string" ? secret : null)
      : refuse("unsupported_media_type");
    if ("code" in session) return this.#refuse(response, session);
    const { maxMessageBytes } = this.#options;
    readBody(request, request.headers["content-length"], maxMessageBytes)
      .then((body) => this.#receive(body, response, session))
      .catch(() => response.destroy());
  }

  complained(session: Session, { code, message: problem }: Refusal): void {
    const { logger, sessions, clock } = this.#ports;
    const { connection } = session;
    const nowMs = clock.nowMs();
    const complaints = this.#complaints.get(session) ?? new TokenBucket(COMPLAINTS, nowMs);
    this.#complaints.set(session, complaints);
    if (this.#logged.ask(connection) !== null) {
      const about = { code, problem, connection };
      logger.warn({ event: "client.refused", ...about }, "a client's command was refused");
    }
    if (!complaints.tryTake(nowMs)) sessions.end(session, FLOOD);
  }

  finished(peer: CommandPeer): void {
    this.#ports.wheel.cancel(peer);
    const pending = (this.#pending.get(peer.session) ?? 0) - 1;
    if (pending > 0) this.#pending.set(peer.session, pending);
    else this.#pending.delete(peer.session);
  }

  #find(secret: string | null): Session | Refusal {
    if (secret === null || secret === "") return refuse("bad_request", NO_SESSION);
    const { sessions, exclusions } = this.#ports;
    return sessions.bySecret(secret) ?? exclusions.refusalOf(ANONYMOUS, secret) ?? refuse("session_unknown");
  }

  #receive(body: Buffer | null, response: ServerResponse, session: Session): void {
    const { maxMessageBytes, maxPendingCommands } = this.#options;
    if (body === null) {
      // The rest of the body is not waited for.
      response.setHeader("connection", "close");
      const { connection, user } = session;
      this.#ports.hits.hit("message_size", { connection, user: user ?? undefined });
      const tooLarge = `The message has more than ${maxMessageBytes} bytes.`;
      return this.#refuse(response, refuse("message_too_large", tooLarge));
    }
    this.receivedBytes += body.length;
    if (!isUtf8(body)) return this.#refuse(response, refuse("malformed_json", "The body is not UTF-8."));
    if (session.ended) return this.#refuse(response, refuse("session_unknown"));
    const { commandRates } = this.#ports;
    const waitMs = commandRates.spendBytes(session, 0);
    if (waitMs > 0) return this.#complain(response, session, refuseForNow("Too many bytes.", waitMs));
    commandRates.spendBytes(session, body.length);
    const pending = this.#pending.get(session) ?? 0;
    if (pending >= maxPendingCommands)
      return this.#complain(response, session, refuse("rate_limited", TOO_MANY));
    this.#pending.set(session, pending + 1);
    const peer = new CommandPeer(this, response, session);
    this.#ports.wheel.schedule(peer, ANSWER_TIMEOUT_MS);
    this.#ports.wire.receive(peer, body.toString("utf8"));
  }

  #complain(response: ServerResponse, session: Session, refusal: Refusal): void {
    this.complained(session, refusal);
    answerRefusal(response, refusal);
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    const { code, message: problem } = refusal;
    const address = this.#ports.addressOf(response.req);
    this.#ports.logger.warn({ event: "client.refused", address, code, problem }, "a command was refused");
    answerRefusal(response, refusal);
  }
}

const PLAIN = {
  frame: (json: string) => Buffer.from(json),
  join: (pieces: readonly Uint8Array[]) => Buffer.concat(pieces),
};

const NO_SESSION = "Send the session that connected gave in the header Tidewire-Session.";
const TOO_MANY = "Too many commands of this session wait for their answers.";
