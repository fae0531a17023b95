import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ChannelMap, type Declared, inboxOf, type PayloadOf, userIdProblem } from "@tidewire/protocol";
import type { ApiCaller } from "../core/api-caller.ts";
import { readBan, readKick } from "../core/ending-request.ts";
import { refuse } from "../core/refusal.ts";
import { type ChannelPage, type ChannelQuery, pageOfChannels } from "../http/channel-page.ts";
import type { ServerInfo } from "../http/http-ports.ts";
import { publishedFields } from "../http/published-json.ts";
import { readPushOptions } from "../core/push-item.ts";
import type { OpenedServer } from "../open-server.ts";
import { answerFetch } from "./answer-fetch.ts";
import { urlBelow } from "./base-path.ts";
import type { EmbeddedDoors } from "./embedded-doors.ts";
import type { TidewireEvents } from "./events.ts";
import { takeFrom } from "./host-server.ts";
import type { EventListeners, Listener } from "./listeners.ts";
import { orThrow, TidewireError } from "./tidewire-error.ts";

/** How a message is published. */
export interface PublishOptions {
  /** Makes the publish repeatable: what was stored under this id is not stored again. */
  readonly id?: string | undefined;
  /** What the message is about. */
  readonly key?: string | undefined;
  readonly priority?: "normal" | "high" | undefined;
  /** The public id of a connection that does not get it. */
  readonly exclude?: string | undefined;
}

/** Where a message was stored; a channel without history has no positions. */
export interface Published {
  readonly channel: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly id: string;
  /** It was stored before, at this position. */
  readonly duplicate: boolean;
  /** Subscribers at this moment. */
  readonly subscribers: number;
}

/** How a user is sent away. */
export interface DisconnectOptions {
  /** What the user reads; at most 123 bytes of UTF-8. */
  readonly reason?: string | undefined;
  /** The close code, from 4400 to 4999. */
  readonly code?: number | undefined;
  /** Only the sessions of this device. */
  readonly device?: string | undefined;
  /** Whether tokens that were issued until now are refused from now on. */
  readonly revoke?: boolean | undefined;
}

/** How a user is kept out. */
export interface BanOptions {
  /** How long, such as `10m` or `7d`; absent: until it is lifted. */
  readonly for?: string | undefined;
  /** What the user reads; at most 123 bytes of UTF-8. */
  readonly reason?: string | undefined;
}

/** Who sent a request that came as an object. */
export interface FetchOptions {
  /** Their IP address, for limits and logs, where the framework knows it. */
  readonly address?: string | undefined;
}

/** What a Tidewire is made of. */
interface TidewireParts {
  readonly basePath: string;
  readonly opened: OpenedServer;
  readonly doors: EmbeddedDoors;
  readonly listeners: EventListeners;
  /** The program itself, which may do everything. */
  readonly caller: ApiCaller;
}

/**
 * A Tidewire server inside a program.
 *
 * Calls reject with a {@link TidewireError} where the HTTP API would answer with an error.
 */
export class Tidewire<Channels extends ChannelMap> {
  readonly #parts: TidewireParts;
  readonly #detach: Set<() => void> = new Set();

  constructor(parts: TidewireParts) {
    this.#parts = parts;
  }

  /** The path that everything of Tidewire's is below. */
  get basePath(): string {
    return this.#parts.basePath;
  }

  /** The key for the HTTP API, and the file that holds it; null when the key was configured. */
  get apiKey(): OpenedServer["apiKey"] {
    return this.#parts.opened.apiKey;
  }

  /** How the server is doing. */
  info(): ServerInfo {
    return this.#parts.opened.life.info();
  }

  /**
   * Takes from a server what is below the base path, WebSockets and requests, and leaves it everything else.
   *
   * Returns what ends that. A program may attach to several servers.
   */
  attach(server: Server): () => void {
    const end = takeFrom(server, {
      request: (request, response) => {
        if (!this.#isOurs(request)) return false;
        this.#parts.doors.request(request, response);
        return true;
      },
      upgrade: (request, socket, head) => this.upgrade(request, socket, head),
    });
    const detach = (): void => {
      if (this.#detach.delete(detach)) end();
    };
    this.#detach.add(detach);
    return detach;
  }

  /**
   * Takes a WebSocket's upgrade that is below the base path, and tells whether it did.
   *
   * For programs that listen to `upgrade` themselves and get their requests by `fetch`.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!this.#isOurs(request)) return false;
    this.#parts.doors.upgrade(request, socket, head);
    return true;
  }

  /**
   * Answers a request of a framework that deals in `Request` and `Response`: the API, event streams, polls and the SDK's script.
   *
   * WebSockets do not come this way. What is not below the base path is answered with 404.
   */
  readonly fetch = async (request: Request, { address }: FetchOptions = {}): Promise<Response> => {
    const { basePath, doors } = this.#parts;
    const { pathname, search } = new URL(request.url);
    const url = doors.isClosed ? null : urlBelow(basePath, pathname + search);
    if (url === null) return new Response(null, { status: doors.isClosed ? 503 : 404 });
    return answerFetch(request, { url, address, accept: (connection) => doors.connection(connection) });
  };

  /** Publishes; resolves once the message is as durable as the channel's rule says. */
  async publish<const Channel extends string>(
    channel: Declared<Channels, Channel>,
    data: PayloadOf<Channels, Channel>,
    options: PublishOptions = {},
  ): Promise<Published> {
    return this.#publish(channel, data, options);
  }

  /** Publishes to a user's inbox, on all of the user's devices. */
  async toUser(
    user: string,
    data: PayloadOf<Channels, `@${string}`>,
    options: PublishOptions = {},
  ): Promise<Published> {
    return this.#publish(inboxOf(checkedUser(user)), data, options);
  }

  /** Sends to every connection, whatever it is subscribed to. Nothing is stored. */
  broadcast(data: unknown): { readonly id: string; readonly connections: number } {
    const { id, connections } = orThrow(this.#parts.opened.domain.pushing.broadcast(jsonOf(data)));
    return { id, connections };
  }

  /** Ends a user's sessions; the user is told why and does not come back by itself. */
  async disconnect(user: string, options: DisconnectOptions = {}): Promise<{ readonly connections: number }> {
    const { ending, options: reach } = orThrow(readKick(options));
    const { kicking } = this.#parts.opened.domain;
    const { connections } = orThrow(await kicking.disconnectUser(checkedUser(user), ending, reach));
    return { connections };
  }

  /** Keeps a user out for some time, and ends the user's sessions. */
  async ban(user: string, options: BanOptions = {}): Promise<{ readonly connections: number }> {
    const { forMs, ending } = orThrow(readBan(options));
    const { kicking } = this.#parts.opened.domain;
    const { connections } = orThrow(await kicking.ban(checkedUser(user), forMs, ending));
    return { connections };
  }

  /** Lifts a ban; `lifted` is false when there was none. */
  async unban(user: string): Promise<{ readonly lifted: boolean }> {
    const { lifted } = orThrow(await this.#parts.opened.domain.kicking.unban(checkedUser(user)));
    return { lifted };
  }

  /** Lists the channels that hold messages or have subscribers, by name, a page at a time. */
  async channels(query: ChannelQuery = {}): Promise<ChannelPage> {
    const { domain, store } = this.#parts.opened;
    return orThrow(await pageOfChannels({ ...domain, ...store }, query, this.#parts.caller));
  }

  /** Adds a listener and returns what removes it. */
  on<Name extends keyof TidewireEvents>(name: Name, listener: Listener<TidewireEvents[Name]>): () => void {
    return this.#parts.listeners.on(name, listener);
  }

  /**
   * Sends the clients away, to come back later, and stops; resolves when everything acknowledged is kept and they have gone.
   *
   * The servers that it was attached to go on without it.
   */
  async close(): Promise<void> {
    await this.#parts.opened.life.stop();
    for (const detach of this.#detach) detach();
  }

  async #publish(channel: string, data: unknown, options: PublishOptions): Promise<Published> {
    const content = orThrow(readPushOptions(options, jsonOf(data)));
    const { pushing } = this.#parts.opened.domain;
    return publishedFields(orThrow(await pushing.publish(this.#parts.caller, channel, content)));
  }

  /** Whether it is below the base path; then its URL counts from there. */
  #isOurs(request: IncomingMessage): boolean {
    const { basePath, doors } = this.#parts;
    const url = doors.isClosed ? null : urlBelow(basePath, request.url ?? "");
    if (url === null) return false;
    request.url = url;
    return true;
  }
}

function jsonOf(data: unknown): string {
  const json: string | undefined = JSON.stringify(data);
  if (json !== undefined) return json;
  throw new TidewireError(refuse("invalid_field", "data: has no form in JSON"));
}

function checkedUser(user: string): string {
  const problem = userIdProblem(user);
  if (problem !== undefined) throw new TidewireError(refuse("invalid_field", problem));
  return user;
}
