import type { Command, ErrorPush, PublishCommand, Push, RpcCommand } from "@tidewire/protocol";
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
  /** Undefined waits as long as it takes. */
  readonly timeoutMs?: number | undefined;
  readonly answered: (push: Push) => void;
  /** Not called for a `connection` request that is forgotten. */
  readonly failed: (error: TidewireError) => void;
}

/** Fields that may be absent may also be undefined, which JSON leaves out. */
type Undefinable<T> = T extends unknown
  ? { readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }
  : never;

/** A command that is answered. The id is added here, and payloads are whatever JSON can write. */
export type Request = Undefinable<
  | Exclude<Command, { type: "ping" | "connect" | "publish" | "rpc" }>
  | (Omit<PublishCommand, "data"> & { readonly data: unknown })
  | (Omit<RpcCommand, "data"> & { readonly data: unknown })
>;

interface Pending {
  readonly text: string;
  readonly channel: string | undefined;
  readonly plan: RequestPlan;
  readonly stopTimer: (() => void) | undefined;
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
  #lastId = 0;
  #isConnected = false;
  #refusal: TidewireError | undefined;
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
   * Rejects at once while the client is stopped.
   */
  ask<Result>(
    request: Request,
    lifetime: Lifetime,
    timeoutMs: number | undefined,
    pick: (push: Push) => Result | undefined,
  ): Promise<Result> {
    const promise = new Promise<Result>((resolve, reject) => {
      if (this.#refusal !== undefined) {
        reject(this.#refusal);
        return;
      }
      const answered = (push: Push): void => {
        const result = pick(push);
        if (result !== undefined) resolve(result);
        else reject(new TidewireError("internal", `The server answered with ${push.type}.`));
      };
      const failed = (error: TidewireError): void => {
        // A program that ends the client, or is sent away, must not die of promises that it has let go of.
        if (error === this.#refusal) promise.catch(() => {});
        reject(error);
      };
      this.start(request, { lifetime, timeoutMs, answered, failed });
    });
    return promise;
  }

  /** Sends a command now, or when there is a connection. Its payload is taken down at once. Never throws. */
  start(request: Request, plan: RequestPlan): void {
    const channel = "channel" in request ? request.channel : undefined;
    const fail = (code: string, message: string, retryable: boolean, cause?: unknown): void =>
      plan.failed(new TidewireError(code, message, { retryable, channel, cause }));
    if (plan.lifetime !== "connection" && this.#pending.size >= this.#maxPending) {
      fail("outbox_full", `${this.#maxPending} requests wait already. Wait for some of them.`, true);
      return;
    }
    const id = this.nextId();
    let text: string;
    try {
      text = JSON.stringify({ ...request, id });
    } catch (error) {
      fail("invalid_field", "The data cannot be written as JSON.", false, error);
      return;
    }
    const { timeoutMs } = plan;
    const stopTimer =
      timeoutMs === undefined
        ? undefined
        : this.#ports.startTimer(timeoutMs, () => {
            this.#fail(
              id,
              new TidewireError("timeout", "No answer came in time.", { retryable: true, channel }),
            );
          });
    const pending: Pending = { text, channel, plan, stopTimer, isSent: false };
    this.#pending.set(id, pending);
    if (this.#isConnected) this.#send(id, pending);
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
      else if (lifetime === "once" && pending.isSent) this.#fail(id, connectionLost(pending.channel));
      else pending.isSent = false;
    }
  }

  /** Gives an answer to whoever waits for it; false when nobody does. */
  answer(id: number, push: Push): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    if (push.type !== "error") this.#take(id)?.answered(push);
    else if (push.code === "shutting_down" && pending.plan.lifetime === "repeat") {
      // The server is about to say goodbye: the next connection will carry it.
      pending.isSent = false;
    } else this.#fail(id, errorOf(push));
    return true;
  }

  /** Fails everything that waits and everything that is asked from now on, until `resume`. */
  stop(error: TidewireError): void {
    this.#refusal = error;
    for (const id of this.#pending.keys()) this.#fail(id, error);
  }

  /** The client is trying again: takes requests as before. */
  resume(): void {
    this.#refusal = undefined;
  }

  #send(id: number, pending: Pending): void {
    const { text, channel } = pending;
    // UTF-16 units take at most three bytes each, so most texts need no counting.
    if (text.length * 3 > this.#maxMessageBytes && UTF8.encode(text).length > this.#maxMessageBytes) {
      const message = `The message has more than ${this.#maxMessageBytes} bytes. Send less, or a link to the data.`;
      this.#fail(id, new TidewireError("message_too_large", message, { channel }));
      return;
    }
    pending.isSent = true;
    this.#ports.send(text);
  }

  #take(id: number): RequestPlan | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.stopTimer?.();
    return pending?.plan;
  }

  #fail(id: number, error: TidewireError): void {
    this.#take(id)?.failed(error);
  }
}

/** The error that a server's `error` message says. */
export function errorOf(push: ErrorPush): TidewireError {
  const { code, message, retryable, channel } = push;
  return new TidewireError(code, message, { retryable, channel });
}

function connectionLost(channel: string | undefined): TidewireError {
  const message =
    "The connection was lost before the answer came. It is not known whether it was carried out.";
  return new TidewireError("connection_lost", message, { retryable: true, channel });
}
