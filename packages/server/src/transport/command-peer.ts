import type { ServerResponse } from "node:http";
import { errorFacts } from "@tidewire/protocol";
import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Outbox } from "../core/outbox.ts";
import type { Push } from "../core/push.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { PushListener, Session } from "../core/session.ts";
import type { Gatherer, Turn } from "../core/turn.ts";
import { httpErrorOf } from "../wire/http-error.ts";
import type { NativeEncoding } from "../wire/native/native-encoding.ts";
import type { NativePeer } from "../wire/native/native-wire.ts";
import { answerEmpty, answerJson, answerRefusal } from "./http-answer.ts";
import type { AddressOf } from "./proxied-clients.ts";

/** What a command needs of the door that it came by. */
export interface CommandHost {
  readonly encoding: NativeEncoding;
  readonly turn: Turn;
  /** Where a request comes from, proxies seen through. */
  readonly addressOf: AddressOf;
  complained(session: Session, refusal: Refusal): void;
  /** The command has its answer, or nobody waits for it any more. */
  finished(peer: CommandPeer): void;
}

const OK = 200;

const LATE = "No answer came in time, though the command may have been carried out. Look, or send it again.";

/**
 * One command over HTTP, carried out for a session whose frames go elsewhere.
 *
 * The first thing that answers it is the response, at the end of the turn. The answer to `subscribe` and `unsubscribe` has its
 * place among the session's frames, so it is pushed there, and heard here.
 */
export class CommandPeer implements NativePeer, Outbox, PushListener, Gatherer, WheelEntry {
  readonly session: Session;
  readonly overrun = false;
  readonly isCapped = false;
  readonly hasRoom = true;
  readonly waitingBytes = 0;
  waiting: string[] | null = null;
  wheelPlace = NOT_SCHEDULED;
  readonly #host: CommandHost;
  readonly #response: ServerResponse;
  /** The channels whose subscriptions this command begins or ends, as far as they wait for an answer; null for other commands. */
  #awaited: Set<string> | null = null;
  /** The answers about several channels, which are answered together; null where there is one answer. */
  #answers: Uint8Array[] | null = null;
  #reply: Uint8Array | null = null;
  #status: number = OK;
  #gathering = false;
  #finished = false;

  constructor(host: CommandHost, response: ServerResponse, session: Session) {
    this.#host = host;
    this.#response = response;
    this.session = session;
    response.on("close", () => this.#finish());
  }

  get outbox(): Outbox {
    return this;
  }

  get encoding(): NativeEncoding {
    return this.#host.encoding;
  }

  get address(): string {
    return this.#host.addressOf(this.#response.req);
  }

  get origin(): string | undefined {
    return this.#response.req.headers.origin;
  }

  get isOpen(): boolean {
    return !this.#finished;
  }

  began(): void {}

  ended(): void {
    // What succeeds in silence is answered, too.
    this.#gather();
  }

  expectPush(channels: string | readonly string[]): void {
    const isOne = typeof channels === "string";
    this.#awaited = new Set(isOne ? [channels] : channels);
    this.#answers = isOne ? null : [];
    this.session.listeners ??= new Set();
    this.session.listeners.add(this);
  }

  hear(push: Push): void {
    if (!ANSWERS.has(push.kind) || !("channel" in push)) return;
    if (push.channel === null || this.#awaited?.delete(push.channel) !== true) return;
    const answer = this.encoding.push(push);
    if (this.#answers === null) {
      if (push.kind === "error") this.#status = errorFacts(push.refusal.code).httpStatus;
      this.write(answer);
      return;
    }
    this.#answers.push(answer);
    if (this.#awaited.size === 0) this.write(jsonList(this.#answers));
  }

  complain(refusal: Refusal): void {
    this.#status = errorFacts(refusal.code).httpStatus;
    if (refusal.code === "overloaded") {
      const { headers } = httpErrorOf(refusal);
      for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
    } else {
      this.#host.complained(this.session, refusal);
    }
  }

  turnAway(refusal: Refusal): void {
    this.complain(refusal);
  }

  write(bytes: Uint8Array): void {
    this.#reply ??= bytes;
    this.#gather();
  }

  flush(): void {
    if (this.#finished) return;
    if (this.#reply === null) answerEmpty(this.#response);
    else answerJson(this.#response, this.#status, [this.#reply]);
    this.#finish();
  }

  close(): void {}

  onDue(): void {
    if (this.#finished) return;
    answerRefusal(this.#response, refuse("not_available", LATE));
    this.#finish();
  }

  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#host.turn.addOutbox(this);
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    const { listeners } = this.session;
    listeners?.delete(this);
    if (listeners?.size === 0) this.session.listeners = null;
    this.#host.finished(this);
  }
}

/** The pushes of a session that answer commands. */
const ANSWERS: ReadonlySet<Push["kind"]> = new Set(["error", "subscribed", "unsubscribed", "rate"]);

function jsonList(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(`[${items.map((item) => Buffer.from(item).toString()).join(",")}]`);
}
