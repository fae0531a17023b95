import type { TestContext } from "node:test";
import {
  hostEnvironment,
  type ClientState,
  type Message,
  type Page,
  type Subscription,
  Tidewire,
  type TidewireOptions,
} from "@tidewire/client";
import { WebSocket } from "ws";

/** A client on a real socket that is closed with the test, quick to come back; in a page, with a clock, if one is given. */
export function clientOf(
  t: TestContext,
  url: string,
  options: TidewireOptions = {},
  page?: Page,
  now: () => number = Date.now,
): Tidewire {
  const client = new Tidewire(
    url,
    { backoff: { minMs: 10, maxMs: 200 }, ...options },
    { ...hostEnvironment(), webSocket: WebSocket, page, now },
  );
  t.after(() => client.close());
  return client;
}

/** Waits until the client's state has this status, and returns it. */
export function stateOf<Status extends ClientState["status"]>(
  client: Tidewire,
  status: Status,
): Promise<Extract<ClientState, { status: Status }>> {
  return new Promise((resolve) => {
    const look = (state: ClientState): void => {
      if (!hasStatus(state, status)) return;
      off();
      resolve(state);
    };
    const off = client.on("state", look);
    look(client.state);
  });
}

function hasStatus<Status extends ClientState["status"]>(
  state: ClientState,
  status: Status,
): state is Extract<ClientState, { status: Status }> {
  return state.status === status;
}

/** Collects a subscription's messages. */
export class Collected {
  readonly messages: Message<unknown>[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(subscription: Subscription<unknown>) {
    subscription.on("message", (message) => {
      this.messages.push(message);
      for (const look of this.#waiting) look();
    });
  }

  /** What the messages carry, in the order they came. */
  get data(): unknown[] {
    return this.messages.map((message) => message.data);
  }

  /** Waits until there are this many messages. */
  async until(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.messages.length < count) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
