import {
  type AckCommand,
  type Command,
  type ConnectCommand,
  decodeCommand,
  type HistoryCommand,
  type ListedChannel,
  type PresenceCommand,
  type PublishCommand,
} from "@tidewire/protocol";
import type { Acknowledging } from "../../core/acknowledge.ts";
import type { Clock } from "../../base/clock.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outbox } from "../../core/outbox.ts";
import type { Permissions } from "../../core/permissions.ts";
import type { Published, Publishing } from "../../core/publish.ts";
import type { RequestId } from "../../core/push.ts";
import type { Reading } from "../../core/read.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Identity, Session } from "../../core/session.ts";
import type { Sessions } from "../../core/sessions.ts";
import type { Subscribing } from "../../core/subscribe.ts";
import { idJson, type NativeEncoding, storedMessageJson } from "./native-encoding.ts";

/** One client as the wire sees it: where its answers go, and the session once there is one. */
export interface NativePeer {
  readonly outbox: Outbox;
  readonly encoding: NativeEncoding;
  session: Session | null;
  /** A command began that is answered later; the transport stops reading when too many are under way, by weight. */
  began(weight: number): void;
  ended(weight: number): void;
  /** The client may not be here: tell it and close. */
  turnAway(refusal: Refusal): void;
  /** The client sent something wrong; told once or more, for the log and against floods. */
  complain(refusal: Refusal): void;
}

/** An answer of history has up to 1 MB, other answers some hundred bytes. */
const HISTORY_WEIGHT = 32;

/** What a client says about itself when it connects, in the URL or in `connect`. */
export interface Claims {
  readonly user?: string | undefined;
  readonly info?: unknown;
}

/** The use-cases that commands lead to. */
export interface NativeUseCases {
  readonly sessions: Sessions;
  readonly subscribing: Subscribing;
  readonly publishing: Publishing;
  readonly reading: Reading;
  readonly acknowledging: Acknowledging;
  readonly permissions: Permissions;
  readonly hub: Hub;
  readonly clock: Clock;
  /** Says who a client is, or why it may not be here. Believes the claims in open mode. */
  readonly identify: (claims: Claims) => Identity | Refusal;
  /** A bug while a command was carried out. */
  readonly report: (error: unknown) => void;
}

/**
 * The native protocol, from a client's frame to the use-case and back.
 *
 * Commands are begun in the order they come. Each request gets exactly one answer, with the `id` it carried.
 */
export class NativeWire {
  readonly #use: NativeUseCases;

  constructor(useCases: NativeUseCases) {
    this.#use = useCases;
  }

  /** Connects a client by what its URL says. */
  connectByUrl(peer: NativePeer, claims: Claims, channels: readonly ListedChannel[]): void {
    this.#connect(peer, null, claims, null, channels);
  }

  /** Takes the text of one frame. */
  receive(peer: NativePeer, text: string): void {
    const decoded = decodeCommand(text);
    if (!decoded.ok) {
      const refusal = refuse(decoded.code, decoded.message);
      this.#error(peer, decoded.id ?? null, decoded.channel ?? null, refusal);
      return;
    }
    const { command } = decoded;
    if (command.type === "connect") return this.#connectByCommand(peer, command);
    if (peer.session === null) {
      this.#connect(peer, null, {}, null, []);
      if (peer.session === null) return;
    }
    this.#obey(peer, peer.session, command);
  }

  #obey(peer: NativePeer, session: Session, command: Exclude<Command, ConnectCommand>): void {
    const request = command.id ?? null;
    switch (command.type) {
      case "subscribe":
        return this.#use.subscribing.subscribe(session, command.channel, command.since, request);
      case "unsubscribe": {
        const refusal = this.#use.subscribing.unsubscribe(session, command.channel, request, null);
        if (refusal !== null) this.#error(peer, request, command.channel, refusal);
        return;
      }
      case "publish":
        return this.#later(peer, session, request, command.channel, this.#publish(peer, session, command));
      case "history":
        return this.#later(
          peer,
          session,
          request,
          command.channel,
          this.#history(peer, session, command),
          HISTORY_WEIGHT,
        );
      case "ack":
        return this.#later(peer, session, request, command.channel, this.#acknowledge(session, command));
      case "presence":
        return this.#presence(peer, session, command);
      case "rpc":
        return this.#error(peer, request, null, refuse("rpc_off"));
      case "refresh":
        return this.#error(
          peer,
          request,
          null,
          refuse("bad_request", "This server asks for no tokens, so there is none to refresh."),
        );
      case "ping":
        peer.outbox.write(peer.encoding.reply(`{"type":"pong"${idJson(request)}}`));
        return;
    }
  }

  #connectByCommand(peer: NativePeer, command: ConnectCommand): void {
    const request = command.id ?? null;
    if (peer.session !== null) return this.#error(peer, request, null, refuse("already_connected"));
    const channels = Object.entries(command.subscriptions ?? {}).map(([channel, { since }]) => ({
      channel,
      ...(since === undefined ? {} : { since }),
    }));
    const { user, info } = command;
    this.#connect(peer, request, { user, info }, command.session ?? null, channels);
  }

  #connect(
    peer: NativePeer,
    request: RequestId,
    claims: Claims,
    sessionId: string | null,
    subscriptions: readonly ListedChannel[],
  ): void {
    const identity = this.#use.identify(claims);
    if ("code" in identity) return this.#error(peer, request, null, identity);
    const session = this.#use.sessions.connect(peer.outbox, { request, identity, sessionId, subscriptions });
    if ("code" in session) {
      const { code, message } = session;
      peer.outbox.write(peer.encoding.push({ kind: "error", request, channel: null, code, message }));
      peer.turnAway(session);
    } else {
      peer.session = session;
    }
  }

  async #publish(peer: NativePeer, session: Session, command: PublishCommand): Promise<Refusal | null> {
    const { channel } = command;
    // Who subscribes and then publishes on the same connection receives what it published.
    const opening = session.subscriptions.get(channel)?.opening ?? null;
    if (opening !== null) await opening;
    const options = this.#use.hub.optionsOf(channel);
    const denied = this.#use.permissions.mayPublish(session, channel, options);
    if (denied !== null) return denied;
    if (options.rateLimit !== null) {
      const waitMs = session.waitToPublishMs(channel, options.rateLimit, this.#use.clock.nowMs());
      if (waitMs > 0) return refuse("rate_limited", `Too many messages. Try again in ${waitMs} ms.`);
    }
    const published = await this.#use.publishing.publish({
      channel,
      dataJson: JSON.stringify(command.data),
      id: command.messageId ?? null,
      key: command.key ?? null,
      priority: options.clientPriority && command.priority === "high" ? "high" : null,
      exclude: null,
      from: { kind: "client", user: session.user, connection: session.connection },
    });
    if (!published.ok) return published;
    this.#reply(peer, session, publishedJson(command.id ?? null, published));
    return null;
  }

  async #history(peer: NativePeer, session: Session, command: HistoryCommand): Promise<Refusal | null> {
    const { channel, since, limit, order = "asc" } = command;
    const denied = this.#use.permissions.maySubscribe(session, channel, this.#use.hub.optionsOf(channel));
    if (denied !== null) return denied;
    const read = await this.#use.reading.history({
      channel,
      since,
      limit,
      order,
      reader: session.connection,
    });
    if (!read.ok) return read;
    const { head, more } = read;
    const messages = read.messages.map(storedMessageJson).join(",");
    const place = `"channel":"${channel}","epoch":"${head.epoch}","offset":${head.offset}`;
    const json = `{"type":"history"${idJson(command.id ?? null)},${place},"messages":[${messages}],"more":${more}}`;
    this.#reply(peer, session, json);
    return null;
  }

  async #acknowledge(session: Session, command: AckCommand): Promise<Refusal | null> {
    return this.#use.acknowledging.acknowledge(session, command.channel, command.offset, command.id ?? null);
  }

  #presence(peer: NativePeer, session: Session, command: PresenceCommand): void {
    const { channel } = command;
    const request = command.id ?? null;
    const options = this.#use.hub.optionsOf(channel);
    const denied = this.#use.permissions.maySubscribe(session, channel, options);
    if (denied !== null) return this.#error(peer, request, channel, denied);
    if (!options.presence) return this.#error(peer, request, channel, refuse("presence_off"));
    const members = this.#use.hub.get(channel)?.roster?.show() ?? [];
    session.push({ kind: "presence", request, channel, members });
  }

  /** Waits for a command, answers what went wrong with it, and keeps count of those under way. */
  #later(
    peer: NativePeer,
    session: Session,
    request: RequestId,
    channel: string,
    work: Promise<Refusal | null>,
    weight = 1,
  ): void {
    peer.began(weight);
    work
      .catch((error: unknown) => {
        this.#use.report(error);
        return refuse("internal");
      })
      .then((refusal) => {
        peer.ended(weight);
        if (refusal !== null && session.outbox === peer.outbox) this.#error(peer, request, channel, refusal);
      })
      .catch(this.#use.report);
  }

  #reply(peer: NativePeer, session: Session, json: string): void {
    if (session.outbox === peer.outbox) peer.outbox.write(peer.encoding.reply(json));
  }

  #error(peer: NativePeer, request: RequestId, channel: string | null, refusal: Refusal): void {
    const { code, message } = refusal;
    peer.outbox.write(peer.encoding.push({ kind: "error", request, channel, code, message }));
    peer.complain(refusal);
  }
}

function publishedJson(request: RequestId, published: Published): string {
  const { channel, epoch, offset, id, duplicate } = published;
  const position = offset === null ? "" : `"epoch":"${epoch ?? ""}","offset":${offset},`;
  return `{"type":"published"${idJson(request)},"channel":"${channel}",${position}"messageId":${JSON.stringify(id)},"duplicate":${duplicate}}`;
}
