import { Tidewire, TidewireError } from "@tidewire/client";
import { inboxOf, type JsonValue, type Position } from "@tidewire/protocol";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import type { ChatEvent, IncomingMessage } from "./chat-event.ts";
import type { Self } from "./identity.ts";

/** How many messages a room shows on entering, and how many "earlier" adds. */
const PAGE = 50;

/** What the chat hears from its connection, in the order it happens. */
export interface LinkListener {
  onEvent(event: ChatEvent): void;
  onState(view: ConnectionView): void;
}

/** Messages come from anybody: whatever JSON can say. */
interface AnyJson {
  "**": JsonValue;
}

/** A page of earlier messages, oldest first. */
export interface EarlierPage {
  readonly messages: readonly IncomingMessage[];
  readonly more: boolean;
}

/** The chat's connection to the server: one person, one socket, any number of rooms. */
export class ChatLink {
  readonly inbox: string;
  readonly #client: Tidewire<AnyJson>;
  readonly #listener: LinkListener;

  constructor(url: string, self: Self, listener: LinkListener) {
    this.inbox = inboxOf(self.user);
    this.#listener = listener;
    this.#client = new Tidewire<AnyJson>(url, {
      user: self.user,
      info: { name: self.name, face: self.face },
      name: "tidewire-chat",
    });
    this.#client.on("state", (state) => listener.onState(connectionView(state)));
    listener.onState(connectionView(this.#client.state));
  }

  /** Enters a channel with its last messages. */
  enter(channel: string): void {
    const subscription = this.#client.subscribe(channel, { since: { last: PAGE } });
    const onEvent = (event: ChatEvent): void => this.#listener.onEvent(event);
    const refuse = (problem: string): void => onEvent({ type: "refused", channel, problem });
    subscription.on("subscribed", ({ offset = 0 }) => onEvent({ type: "entered", channel, head: offset }));
    subscription.on("message", (message) => onEvent({ type: "message", channel, message }));
    subscription.on("gap", ({ epoch, from, to }) => onEvent({ type: "gap", channel, epoch, from, to }));
    subscription.on("join", (members) => onEvent({ type: "joined", channel, members }));
    subscription.on("leave", (members) => onEvent({ type: "left", channel, members }));
    subscription.on("presence", (members) => {
      onEvent({ type: "presence", channel, members, count: subscription.memberCount });
    });
    subscription.on("error", (error) => {
      if (!error.retryable) refuse(error.message);
    });
    subscription.on("unsubscribed", ({ reason }) => {
      if (reason !== undefined) refuse(reason);
    });
  }

  /** Leaves a channel; nothing more comes from it. */
  leave(channel: string): void {
    this.#client.subscribe(channel).unsubscribe();
  }

  /** Publishes. Waits for the connection when there is none; rejects with the reason when it is refused. */
  async publish(channel: string, data: JsonValue, messageId: string): Promise<void> {
    await this.#client.publish(channel, data, { messageId });
  }

  /** Reads the page of messages before a position. */
  async earlier(channel: string, before: Position): Promise<EarlierPage> {
    const page = await this.#client.history(channel, { since: before, limit: PAGE, order: "desc" });
    return { messages: page.messages.toReversed(), more: page.more };
  }

  /** Tries again after the server ended it. */
  connect(): void {
    this.#client.connect();
  }

  close(): void {
    this.#client.close();
  }
}

/** Tells whether a publish failed only because its link was closed. */
export function isClosed(error: unknown): boolean {
  return error instanceof TidewireError && error.code === "closed";
}

/** Tells whether the rules forbade it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof TidewireError && error.code === "permission_denied";
}
