import { BROADCAST_CHANNEL, type ConnectedPush, type Push } from "@tidewire/protocol";
import type { Emit } from "./client-events.ts";
import type { ClientState } from "./client-state.ts";
import type { ConnectionEvent } from "./connection-event.ts";
import type { Speaker } from "./connection.ts";
import { TidewireError } from "./error.ts";
import type { Settings } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { Registry } from "./registry.ts";
import { errorOf, type Requests } from "./requests.ts";
import type { TokenSource } from "./token-source.ts";

/** What the dialogue tells the client. */
export interface DialoguePorts {
  readonly emit: Emit;
  readonly report: (error: TidewireError) => void;
  readonly state: () => ClientState;
  readonly tell: (event: ConnectionEvent) => void;
  /** The server has said who this is. */
  readonly userIs: (user: string | undefined) => void;
}

/** Who this client is to the server. */
export interface Who {
  /** The public id of the connection. */
  readonly connection: string;
  /** Undefined when anonymous. */
  readonly user: string | undefined;
}

/** What a client and its server say to each other: introduces the client, and gives each frame to whom it concerns. */
export class Dialogue implements Speaker {
  /** As the server said last. */
  who: Who = { connection: "", user: undefined };
  readonly #settings: Settings;
  readonly #tokens: TokenSource;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #registry: Registry;
  readonly #ports: DialoguePorts;
  /** In memory only: a duplicated tab copies sessionStorage, and two tabs would fight over one session. */
  #session: string | undefined;
  #connectId = 0;

  constructor(
    settings: Settings,
    tokens: TokenSource,
    requests: Requests,
    outbox: Outbox,
    registry: Registry,
    ports: DialoguePorts,
  ) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#requests = requests;
    this.#outbox = outbox;
    this.#registry = registry;
    this.#ports = ports;
  }

  /** The text of `connect`, with everything that is to be restored. */
  connectMessage(): string {
    const { user, info, name = "tidewire-js", version } = this.#settings;
    this.#connectId = this.#requests.nextId();
    // Fields that are undefined are left out by JSON.
    return JSON.stringify({
      type: "connect",
      id: this.#connectId,
      token: this.#tokens.token,
      session: this.#session,
      user,
      info,
      client: { name, version },
      subscriptions: this.#registry.listing(),
    });
  }

  forgetToken(): void {
    this.#tokens.forget();
  }

  /** The session is over: the next connection begins another. */
  forget(): void {
    this.#session = undefined;
  }

  /** Takes a frame: an answer goes to its request, and what the server says by itself to whom it concerns. */
  received(push: Push): void {
    if (push.type === "error") return this.#failed(push);
    // A reader's cursor concerns the subscription too.
    if (this.#answered(push) && push.type !== "acked") return undefined;
    switch (push.type) {
      case "connected":
        return this.#welcomed(push);
      case "disconnect":
        return this.#ports.tell(push);
      case "refresh":
        void this.#refresh();
        return undefined;
      case "subscribed":
        return this.#registry.confirmed(push);
      case "unsubscribed":
        return this.#registry.ended(push.channel, push.reason);
      case "message":
        if (push.channel === BROADCAST_CHANNEL) return this.#ports.emit("broadcast", push);
        return this.#registry.receive(push);
      case "acked":
      case "presence":
      case "gap":
      case "position":
      case "join":
      case "leave":
        return this.#registry.receive(push);
      case "published":
      case "history":
      case "result":
      case "refreshed":
      case "pong":
      case "rate":
      // Answers that nobody waits for any more.
    }
  }

  #welcomed(push: ConnectedPush): void {
    const { connection, user, session, pingIntervalMs, maxMessageBytes } = push;
    // A session knows who it is: whoever comes back as somebody else does not publish what the one before wrote.
    if (this.#session && user !== this.who.user) this.#outbox.failAll(userChanged());
    this.who = { connection, user };
    this.#session = session;
    this.#ports.userIs(user);
    this.#ports.tell({ type: "connected", pingIntervalMs });
    this.#requests.connected(maxMessageBytes);
    this.#outbox.connected();
  }

  #answered(push: Push): boolean {
    const id = "id" in push ? push.id : undefined;
    return typeof id === "number" && id !== this.#connectId && this.#requests.answer(id, push);
  }

  #failed(push: Extract<Push, { type: "error" }>): void {
    const { id, channel, code, message, retryable, retryAfterMs } = push;
    if (id === this.#connectId && !channel) {
      this.#ports.tell({ type: "refused", why: { code, reason: message }, retryable, retryAfterMs });
    } else if (!this.#answered(push) && !this.#registry.refused(push)) {
      this.#ports.report(errorOf(push));
    }
  }

  /** The token expires soon: sends a newer one, if the connection is still there when it has come. */
  async #refresh(): Promise<void> {
    if (!this.#tokens.canRenew) return;
    const token = await this.#tokens.renew();
    if (token === undefined || !("connection" in this.#ports.state())) return;
    const text = JSON.stringify({ type: "refresh", token });
    this.#requests.post(text, {
      lifetime: "connection",
      channel: undefined,
      answered: () => {},
      failed: this.#ports.report,
    });
  }
}

function userChanged(): TidewireError {
  return new TidewireError("user_changed", "The user has changed.");
}
