import type { Command, ErrorPush, Push, RpcCommand } from "@tidewire/protocol";
import { type Bounds, type Ending, promiseWithin } from "./ending.ts";
import { TidewireError } from "./error.ts";

/** What becomes of a request that has no answer when the connection is lost. */
export type Lifetime =
  /** It is sent again on the next connection: a repeat does no harm. */
  | "repeat"
  /** It fails with `connection_lost` if it was sent: a repeat could do harm. */
  | "once"
  /** It is forgotten: the next connection begins without it. */
  | "connection";

/** How to treat one request, and who hears of its end. Exactly one of the two functions is called, once. */
export interface RequestPlan {
  readonly lifetime: Lifetime;
  readonly channel: string | undefined;
  readonly answered: (push: Push) => void;
  /** Not called for a `connection` request that is forgotten. */
  readonly failed: (error: TidewireError) => void;
}

/** What bounds the wait for an answer. */
export interface AskOptions {
  readonly lifetime: Lifetime;
  /** Undefined waits as long as it takes. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Fields that may be absent may also be undefined, which JSON leaves out. */
type Undefinable<T> = T extends unknown
  ? { readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }
  : never;

/** A command that is answered. The id is added here, and payloads are whatever JSON can write. */
export type Request = Undefinable<
  | Exclude<Command, { type: "ping" | "connect" | "publish" | "rpc" }>
  | (Omit<RpcCommand, "data"> & { readonly data: unknown })
>;

interface Pending {
  readonly text: string;
  readonly plan: RequestPlan;
  isSent: boolean;
}

/** What requests need of the world. */
export interface RequestPorts {
  readonly send: (text: string) => void;
  readonly startTimer: (delayMs: number, callback: () => void) => () => void;
}

const UTF8 = new TextEncoder();

/**
 * Commands that wait for their answer, or for a connection.
 *
 * They are sent in the order they were made, and again in that order on the next connection. At most `maxPending`
 * wait, those of a `connection` not counted; one more fails with `outbox_full`.
 */
export class Requests {
  readonly #ports: RequestPorts;
  readonly #maxPending: number;
  readonly #pending = new Map<number, Pending>();
  /** What everything is refused with while the client is stopped. */
  refusal: TidewireError | undefined;
  #lastId = 0;
  #isConnected = false;
  #maxMessageBytes = 0;

  constructor(maxPending: number, ports: RequestPorts) {
    this.#maxPending = maxPending;
    this.#ports = ports;
  }

  /** A number that no other request of this client has. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /**
   * Promises what `pick` finds in the answer; undefined is an answer of the wrong type.
   *
   * Rejects at once while the client is stopped, and with the signal's reason when it aborts.
   */
  ask<Result>(
    request: Request,
    { lifetime, timeoutMs, signal }: AskOptions,
    pick: (push: Push) => Result | undefined,
  ): Promise<Result> {
    const channel = "channel" in request ? request.channel : undefined;
    let id = 0;
    const bounds: Bounds = {
      startTimer: this.#ports.startTimer,
      timeoutMs,
      timeoutError: () =>
        new TidewireError("timeout", "The server did not answer in time.", { retryable: true, channel }),
      signal,
      givenUp: () => this.#pending.delete(id),
    };
    return promiseWithin(bounds, (ending) => {
      const text = textOf(channel, request);
      const refusal = this.refusal ?? fullness(this.#pending.size, this.#maxPending, channel);
      if (refusal) return ending.reject(refusal);
      if (text instanceof TidewireError) return ending.reject(text);
      const answered = (push: Push): void => settle(ending, push, pick);
      const failed = (error: TidewireError): void => {
        if (error === this.refusal) ending.rejectQuietly(error);
        else ending.reject(error);
      };
      id = this.post(text, { lifetime, channel, answered, failed });
      return undefined;
    });
  }

  /** Sends a command now, or when there is a connection, and gives its number. `text` is its JSON without one. */
  post(text: string, plan: RequestPlan): number {
    const id = this.nextId();
    const pending: Pending = { text: `${text.slice(0, -1)},"id":${id}}`, plan, isSent: false };
    this.#pending.set(id, pending);
    if (this.#isConnected) this.#send(id, pending);
    return id;
  }

  /** The connection stands: sends what waits. A larger text than `maxMessageBytes` would end the connection. */
  connected(maxMessageBytes: number): void {
    this.#isConnected = true;
    this.#maxMessageBytes = maxMessageBytes;
    for (const [id, pending] of this.#pending) {
      if (!pending.isSent) this.#send(id, pending);
    }
  }

  /** The connection is gone: decides by each request's lifetime. */
  disconnected(): void {
    this.#isConnected = false;
    for (const [id, pending] of this.#pending) {
      const { lifetime } = pending.plan;
      if (lifetime === "connection") this.#take(id);
      else if (lifetime === "once" && pending.isSent) this.#fail(id, connectionLost(pending.plan.channel));
      else pending.isSent = false;
    }
  }

  /** Gives an answer to whoever waits for it; false when it answers nothing that was asked. */
  answer(id: number, push: Push): boolean {
    const pending = this.#pending.get(id);
    // Whoever asked may have given up.
    if (!pending) return id <= this.#lastId;
    if (push.type !== "error") this.#take(id)?.answered(push);
    else if (push.code === "shutting_down" && pending.plan.lifetime === "repeat") {
      // The server is about to say goodbye: the next connection will carry it.
      pending.isSent = false;
    } else this.#fail(id, errorOf(push));
    return true;
  }

  /** Fails everything that waits. */
  failAll(error: TidewireError): void {
    for (const id of this.#pending.keys()) this.#fail(id, error);
  }

  #send(id: number, pending: Pending): void {
    const { text, plan } = pending;
    // UTF-16 units take at most three bytes each, so most texts need no counting. The server's refusal would name no request.
    if (text.length * 3 > this.#maxMessageBytes && UTF8.encode(text).length > this.#maxMessageBytes) {
      const message = `The message has more than ${this.#maxMessageBytes} bytes.`;
      this.#fail(id, new TidewireError("message_too_large", message, { channel: plan.channel }));
      return;
    }
    pending.isSent = true;
    this.#ports.send(text);
  }

  #take(id: number): RequestPlan | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending?.plan;
  }

  #fail(id: number, error: TidewireError): void {
    this.#take(id)?.failed(error);
  }
}

/** Writes a command as JSON, or says that it cannot be. */
export function textOf(channel: string | undefined, command: object): string | TidewireError {
  try {
    return JSON.stringify(command);
  } catch (cause) {
    return new TidewireError("invalid_field", "The data cannot be JSON.", { channel, cause });
  }
}

/** The error of one who comes when as many wait as may. */
export function fullness(
  waiting: number,
  maxPending: number,
  channel: string | undefined,
): TidewireError | undefined {
  if (waiting < maxPending) return undefined;
  const message = `${waiting} messages wait already.`;
  return new TidewireError("outbox_full", message, { retryable: true, channel });
}

/** Ends a wait with what `pick` finds in the server's answer; undefined is an answer of the wrong type. */
export function settle<Result>(
  ending: Ending<Result>,
  push: Push,
  pick: (push: Push) => Result | undefined,
): void {
  const result = pick(push);
  if (result !== undefined) ending.resolve(result);
  else ending.reject(new TidewireError("internal", `The server answered with ${push.type}.`));
}

/** The error that a server's `error` message says. */
export function errorOf(push: ErrorPush): TidewireError {
  return new TidewireError(push.code, push.message, push);
}

function connectionLost(channel: string | undefined): TidewireError {
  const message = "The connection was lost. The call may have been carried out.";
  return new TidewireError("connection_lost", message, { retryable: true, channel });
}
