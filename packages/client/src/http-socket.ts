import { type ConnectCommand, formatSinceList, type Since } from "@tidewire/protocol";
import type { DoorsEnvironment } from "./doors.ts";
import type { WebSocketLike } from "./environment.ts";

interface Listeners {
  readonly open: ((event: unknown) => void)[];
  readonly error: ((event: unknown) => void)[];
  readonly message: ((event: { readonly data: unknown }) => void)[];
  readonly close: ((event: { readonly code: number; readonly reason: string }) => void)[];
}

/** A frame as far as a socket looks at it. */
interface Frame extends Partial<Omit<ConnectCommand, "type">> {
  readonly type: string;
  readonly channel?: string;
}

/** The end of a connection that nobody announced (RFC 6455 §7.1.5). */
const ABNORMAL = 1006;

/** The most characters of a URL that name channels and positions: servers and proxies take 8 KB with all headers. */
const MAX_LIST_LENGTH = 3000;

/** Codes of refusals over HTTP that a later request may not meet; of others the server says so in a frame. */
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** What is asked of the server when a socket joins: the start of the query, and the headers. */
export interface Joining {
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Channels that did not fit into the URL, or that a URL cannot ask for. */
  readonly rest: readonly string[];
}

/**
 * A socket over HTTP: what the server says comes by one kind of request, commands go by another.
 *
 * To its owner it is a WebSocket. Commands go one after the other, since requests that overtake each other would change
 * the order of what is published. Any request that fails ends the socket: the client resumes on the next one.
 */
export abstract class HttpSocket implements WebSocketLike {
  protected readonly controller: AbortController = new AbortController();
  readonly #url: string;
  readonly #listeners: Listeners = { open: [], error: [], message: [], close: [] };
  readonly #commands: string[] = [];
  #isSending = false;
  #isClosed = false;
  #hasJoined = false;
  #session: string | undefined;
  #stopTimer: () => void = () => {};

  /** `url` is the address of WebSockets; the other doors are beside it. */
  constructor(url: string) {
    this.#url = url.replace(/^ws/, "http");
    // Whoever opens a socket listens to it only afterwards.
    queueMicrotask(() => {
      for (const listener of this.#listeners.open) listener({});
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  addEventListener<Name extends keyof Listeners>(name: Name, listener: Listeners[Name][number]): void {
    const listeners: Listeners[Name][number][] = this.#listeners[name];
    listeners.push(listener);
  }

  send(text: string): void {
    if (!this.#hasJoined) {
      this.#hasJoined = true;
      this.listen(joiningOf(readFrame(text))).catch(() => this.fail());
    } else if (readFrame(text).type === "ping") {
      this.ping();
    } else {
      this.#commands.push(text);
      void this.#sendCommands();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.controller.abort();
  }

  /** Asks for what the server says, from the connection on. */
  protected abstract listen(joining: Joining): Promise<void>;
  /** Shows that the way from the server is alive, or ends the socket. */
  protected abstract ping(): void;

  /** Makes a request beside the address of WebSockets. */
  protected request(door: string, query: URLSearchParams | undefined, init: RequestInit): Promise<Response> {
    const url = new URL(door, this.#url);
    url.search = query?.toString() ?? "";
    return fetch(url, { signal: this.controller.signal, cache: "no-store", ...init });
  }

  /** A frame came; an empty text is a sign of life without one. */
  protected receive(text: string): void {
    if (this.#isClosed) return;
    // Frames are read by the client; here only the first one matters, and any other that might be a second beginning.
    if (this.#session === undefined || text.startsWith('{"type":"connected"')) {
      const { type, session } = readFrame(text);
      // A second beginning on the same socket: the session is not the one whose subscriptions stand.
      if (type === "connected" && this.#session !== undefined) return this.fail();
      if (type === "connected") this.#session = session;
    }
    for (const listener of this.#listeners.message) listener({ data: text });
    void this.#sendCommands();
    return undefined;
  }

  /** Subscribes to what did not fit into the URL; the answers come where the frames come. */
  protected subscribe(commands: readonly string[]): void {
    this.#commands.unshift(...commands);
  }

  /** The server answered with an error instead of frames. */
  protected async refuse(response: Response): Promise<void> {
    const error = readError(await response.text());
    if (error === undefined) return this.fail();
    const retryable = RETRYABLE_STATUS.has(response.status);
    this.#deliver({ type: "error", ...error, retryable });
    return undefined;
  }

  /** Ends the socket after a while, for the sake of a better one. */
  giveWayIn(delayMs: number, startTimer: DoorsEnvironment["startTimer"]): void {
    this.#stopTimer = startTimer(delayMs, () => this.fail("WebSocket is tried again."));
  }

  /** Ends the socket as a lost connection does. */
  protected fail(reason = ""): void {
    if (this.#isClosed) return;
    this.close();
    for (const listener of this.#listeners.close) listener({ code: ABNORMAL, reason });
  }

  #deliver(frame: object): void {
    if (this.#isClosed) return;
    for (const listener of this.#listeners.message) listener({ data: JSON.stringify(frame) });
  }

  async #sendCommands(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (!this.#isClosed && this.#session !== undefined) {
        const text = this.#commands.shift();
        if (text === undefined) break;
        await this.#command(text, this.#session);
      }
    } catch {
      this.fail();
    }
    this.#isSending = false;
  }

  async #command(body: string, session: string): Promise<void> {
    const headers = { "content-type": "application/json", "tidewire-session": session };
    const response = await this.request("command", undefined, { method: "POST", headers, body });
    const text = await response.text();
    if (text === "") return;
    const command = readFrame(body);
    const refusal = readError(text);
    if (refusal?.code === "session_unknown") return this.fail();
    if (refusal !== undefined) {
      const { id, channel } = command;
      const retryable = RETRYABLE_STATUS.has(response.status);
      return this.#deliver({ type: "error", id, channel, ...refusal, retryable });
    }
    // The answers to these come among the frames, where they have their place.
    const { type } = readFrame(text);
    if (type !== "subscribed" && type !== "unsubscribed") {
      for (const listener of this.#listeners.message) listener({ data: text });
    }
    return undefined;
  }
}

function joiningOf({ token, session, user, subscriptions = {} }: Frame): Joining {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (session !== undefined) headers["tidewire-session"] = session;
  if (user !== undefined) query.set("user", user);
  const listed: { readonly channel: string; readonly since: Since | undefined }[] = [];
  const rest: string[] = [];
  let length = 0;
  for (const [channel, { since, maxRate }] of Object.entries(subscriptions)) {
    length += channel.length + 40;
    // A URL has no room for the positions of several channels, nor for a rate.
    const isPlain = typeof since !== "object" || !("time" in since || "positions" in since);
    if (length <= MAX_LIST_LENGTH && maxRate === undefined && isPlain) listed.push({ channel, since });
    else rest.push(JSON.stringify({ type: "subscribe", channel, since, maxRate }));
  }
  // One by one: a name may hold a comma.
  for (const { channel } of listed) query.append("channel", channel);
  if (listed.length > 0) query.set("since", formatSinceList(listed.map(({ since }) => since)));
  return { query, headers, rest };
}

const NO_FRAME: Frame = { type: "" };

/** Reads what the SDK or its server wrote. */
function readFrame(text: string): Frame {
  const frame: unknown = text === "" ? undefined : JSON.parse(text);
  return isFrame(frame) ? frame : NO_FRAME;
}

function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && "type" in value;
}

/** What `{"error":{"code","message"}}` says; undefined for anything else, such as a page of a proxy. */
function readError(text: string): { readonly code: string; readonly message: string } | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null || !("error" in answer)) return undefined;
    const { error } = answer;
    if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
    const message = "message" in error ? String(error.message) : "";
    return { code: String(error.code), message };
  } catch {
    return undefined;
  }
}
