import {
  type AckCommand,
  type Command,
  type ConnectCommand,
  decodeCommand,
  ERRORS,
  type HistoryCommand,
  type ListedChannel,
  type PresenceCommand,
  type PublishCommand,
  type RefreshCommand,
  type RpcCommand,
  type SubscribeCommand,
} from "@tidewire/protocol";
import type { Access } from "../../core/access.ts";
import type { Acknowledging } from "../../core/acknowledge.ts";
import type { CommandRates } from "../../core/command-rates.ts";
import type { ClientPublishing } from "../../core/client-publish.ts";
import type { Connecting, Door } from "../../core/connecting.ts";
import type { Hub } from "../../core/hub.ts";
import { memberJson } from "../../core/json-text.ts";
import type { Claims } from "../../core/identity.ts";
import type { Published } from "../../core/publish.ts";
import type { Push, RequestId } from "../../core/push.ts";
import type { Reading } from "../../core/read.ts";
import type { Refreshing } from "../../core/refreshing.ts";
import type { PresenceView } from "../../core/roster.ts";
import { type Refusal, refuse, refuseForNow } from "../../core/refusal.ts";
import type { Session } from "../../core/session.ts";
import type { Subscribing, WantedSubscription } from "../../core/subscribe.ts";
import { idJson, type NativeEncoding, storedMessageJson } from "./native-encoding.ts";

/** One client as the wire sees it: where its answers go, and the session once there is one. */
export interface NativePeer extends Door {
  readonly encoding: NativeEncoding;
  /** The page it runs on, as the `Origin` header names it; undefined outside of browsers. */
  readonly origin: string | undefined;
  session: Session | null;
  /** Frames that wait until it is known who the client is; null when nothing is being found out. */
  waiting: string[] | null;
  /** A command began that is answered later; the transport stops reading when too many are under way, by weight. */
  began(weight: number): void;
  ended(weight: number): void;
  /** The answer to the command at hand will be a push of the session about this channel, or one about each of these. */
  expectPush(channels: string | readonly string[]): void;
  /** The client may not be here: tell it and close. */
  turnAway(refusal: Refusal): void;
  /** The client sent something wrong; told once or more, for the log and against floods. */
  complain(refusal: Refusal): void;
}

/** An answer of history has up to 1 MB, other answers some hundred bytes. */
const HISTORY_WEIGHT = 32;

/** So many characters of a waiting frame weigh as much as a command: with the default limit, 64 KB wait. */
const WAITING_CHARACTERS = 256;

/** The status of errors that the same connection may correct. */
const MALFORMED = 400;

/** What a client says about itself, in the URL and its headers or in `connect`. */
export type Introduction = Pick<Claims, "token" | "user" | "info" | "device">;

/** The use-cases that commands lead to. */
export interface NativeUseCases {
  readonly connecting: Connecting;
  readonly refreshing: Refreshing;
  readonly subscribing: Subscribing;
  readonly clientPublishing: ClientPublishing;
  readonly reading: Reading;
  readonly acknowledging: Acknowledging;
  readonly access: Access;
  readonly hub: Hub;
  readonly commandRates: CommandRates;
  /** A bug while a command was carried out. */
  readonly report: (error: unknown) => void;
}

/**
 * The native protocol, from a client's frame to the use-case and back.
 *
 * Commands are begun in the order they come. Each request gets exactly one answer, with the `id` it carried. Those that come before
 * it is known who the client is wait for that, as many as the transport reads.
 */
export class NativeWire {
  readonly #use: NativeUseCases;

  constructor(useCases: NativeUseCases) {
    this.#use = useCases;
  }

  /**
   * Connects a client by what its URL and its headers say.
   *
   * `sessionId` is the secret of the session that it continues; null for a new one.
   */
  connectByUrl(
    peer: NativePeer,
    introduction: Introduction,
    channels: readonly ListedChannel[],
    sessionId: string | null,
  ): void {
    this.#connect(peer, null, introduction, sessionId, channels);
  }

  /** Takes the text of one frame. */
  receive(peer: NativePeer, text: string): void {
    if (peer.waiting !== null) return this.#keepWaiting(peer, peer.waiting, text);
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
      if (peer.waiting !== null) return this.#keepWaiting(peer, peer.waiting, text);
      if (peer.session === null) return;
    }
    const waitMs = this.#use.commandRates.takeCommand(peer.session);
    if (waitMs > 0) {
      const channel = "channel" in command ? command.channel : null;
      return this.#error(peer, command.id ?? null, channel, refuseForNow("Too many messages.", waitMs));
    }
    this.#obey(peer, peer.session, command, text);
  }

  #keepWaiting(peer: NativePeer, waiting: string[], text: string): void {
    waiting.push(text);
    peer.began(waitingWeight(text));
  }

  #obey(peer: NativePeer, session: Session, command: Exclude<Command, ConnectCommand>, text: string): void {
    const request = command.id ?? null;
    switch (command.type) {
      case "subscribe":
        return this.#subscribe(peer, session, command);
      case "unsubscribe": {
        peer.expectPush(command.channel);
        const refusal = this.#use.subscribing.unsubscribe(session, command.channel, request, null);
        if (refusal !== null) this.#error(peer, request, command.channel, refusal);
        return;
      }
      case "rate": {
        const { channel, maxRate } = command;
        peer.expectPush(channel);
        const refusal = this.#use.subscribing.changeWishes(session, channel, { maxRate }, request);
        if (refusal !== null) this.#error(peer, request, channel, refusal);
        return;
      }
      case "publish":
        return this.#later(peer, request, command.channel, this.#publish(peer, session, command, text));
      case "history":
        return this.#later(
          peer,
          request,
          command.channel,
          this.#history(peer, session, command),
          HISTORY_WEIGHT,
        );
      case "ack":
        return this.#later(peer, request, command.channel, this.#acknowledge(peer, session, command));
      case "presence":
        return this.#presence(peer, session, command);
      case "rpc":
        return this.#later(peer, request, null, this.#rpc(peer, session, command, text));
      case "refresh":
        return this.#later(peer, request, null, this.#refresh(peer, session, command));
      case "ping":
        peer.outbox.write(peer.encoding.reply(`{"type":"pong"${idJson(request)}}`));
        return;
    }
  }

  #subscribe(peer: NativePeer, session: Session, command: SubscribeCommand): void {
    const { id: request = null, since, maxRate } = command;
    const channels = "channels" in command ? command.channels : [command.channel];
    peer.expectPush("channels" in command ? channels : command.channel);
    const asked = channels.map((channel) => ({ channel, since, maxRate }));
    this.#use.subscribing.subscribeAll(session, asked, request);
  }

  #connectByCommand(peer: NativePeer, command: ConnectCommand): void {
    const request = command.id ?? null;
    if (peer.session !== null) return this.#error(peer, request, null, refuse("already_connected"));
    const channels = Object.entries(command.subscriptions ?? {}).map(([channel, wanted]) => ({
      channel,
      ...wanted,
    }));
    const { token, user, info, device } = command;
    this.#connect(peer, request, { token, user, info, device }, command.session ?? null, channels);
  }

  #connect(
    peer: NativePeer,
    request: RequestId,
    introduction: Introduction,
    sessionId: string | null,
    subscriptions: readonly WantedSubscription[],
  ): void {
    const claims = { ...introduction, address: peer.outbox.address, origin: peer.origin };
    const outcome = this.#use.connecting.connect(peer, { request, claims, sessionId, subscriptions });
    if (!(outcome instanceof Promise)) return this.#settle(peer, request, outcome);
    peer.waiting = [];
    outcome
      .then((late) => {
        this.#settle(peer, request, late);
        this.#goOn(peer);
      })
      .catch(this.#use.report);
  }

  #settle(peer: NativePeer, request: RequestId, outcome: Session | Refusal | null): void {
    if (outcome === null) return;
    if (!("code" in outcome)) {
      peer.session = outcome;
      return;
    }
    // What was only malformed can be corrected on the same connection.
    if (ERRORS[outcome.code].httpStatus === MALFORMED) return this.#error(peer, request, null, outcome);
    peer.outbox.write(peer.encoding.push({ kind: "error", request, channel: null, refusal: outcome }));
    peer.turnAway(outcome);
  }

  /** Carries out what came while it was being found out who the client is. */
  #goOn(peer: NativePeer): void {
    const waiting = peer.waiting ?? [];
    peer.waiting = null;
    for (const text of waiting) {
      peer.ended(waitingWeight(text));
      if (peer.isOpen) this.receive(peer, text);
    }
  }

  async #publish(
    peer: NativePeer,
    session: Session,
    command: PublishCommand,
    text: string,
  ): Promise<Refusal | null> {
    const { channel } = command;
    const published = await this.#use.clientPublishing.publish(session, {
      channel,
      dataJson: dataJsonOf(text),
      id: command.messageId ?? null,
      key: command.key ?? null,
      priority: command.priority === "high" ? "high" : null,
    });
    if (!published.ok) return published;
    this.#reply(peer, publishedJson(command.id ?? null, published));
    return null;
  }

  async #history(peer: NativePeer, session: Session, command: HistoryCommand): Promise<Refusal | null> {
    const { channel, since, limit, order = "asc" } = command;
    const options = this.#use.hub.optionsOf(channel);
    const denied = await this.#use.access.maySubscribe(session, channel, options);
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
    this.#reply(peer, json);
    return null;
  }

  async #refresh(peer: NativePeer, session: Session, command: RefreshCommand): Promise<Refusal | null> {
    const claims = { token: command.token, address: peer.outbox.address, origin: peer.origin };
    const identity = await this.#use.refreshing.refresh(session, claims);
    if ("code" in identity) return identity;
    const { expiresAtMs } = identity;
    const expiresAt = expiresAtMs === null ? "" : `,"expiresAt":${Math.floor(expiresAtMs)}`;
    this.#reply(peer, `{"type":"refreshed"${idJson(command.id ?? null)}${expiresAt}}`);
    return null;
  }

  async #acknowledge(peer: NativePeer, session: Session, command: AckCommand): Promise<Refusal | null> {
    const { channel, id: request } = command;
    const acked = await this.#use.acknowledging.acknowledge(session, channel, command.offset);
    if (!acked.ok) return acked;
    const { offset, unread } = acked;
    if (request !== undefined) this.#push(peer, { kind: "acked", request, channel, offset, unread });
    return null;
  }

  #presence(peer: NativePeer, session: Session, command: PresenceCommand): void {
    const { channel } = command;
    const request = command.id ?? null;
    const options = this.#use.hub.optionsOf(channel);
    const decision = this.#use.access.maySubscribe(session, channel, options);
    const show = (denied: Refusal | null): Refusal | null => {
      if (denied !== null) return denied;
      if (!options.presence) return refuse("presence_off");
      const present = this.#use.hub.get(channel)?.roster?.show() ?? NOBODY;
      this.#push(peer, { kind: "presence", request, channel, ...present });
      return null;
    };
    if (decision instanceof Promise) return this.#later(peer, request, channel, decision.then(show));
    const refusal = show(decision);
    if (refusal !== null) this.#error(peer, request, channel, refusal);
  }

  async #rpc(peer: NativePeer, session: Session, command: RpcCommand, text: string): Promise<Refusal | null> {
    const { id = null, method } = command;
    const answer = await this.#use.access.call(session, method, dataJsonOf(text));
    if (!("dataJson" in answer)) return answer;
    this.#reply(peer, `{"type":"result"${idJson(id)},"data":${answer.dataJson}}`);
    return null;
  }

  /** Waits for a command, answers what went wrong with it, and keeps count of those under way. */
  #later(
    peer: NativePeer,
    request: RequestId,
    channel: string | null,
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
        if (refusal !== null && peer.isOpen) this.#error(peer, request, channel, refusal);
      })
      .catch(this.#use.report);
  }

  #reply(peer: NativePeer, json: string): void {
    if (peer.isOpen) peer.outbox.write(peer.encoding.reply(json));
  }

  #push(peer: NativePeer, push: Push): void {
    if (peer.isOpen) peer.outbox.write(peer.encoding.push(push));
  }

  #error(peer: NativePeer, request: RequestId, channel: string | null, refusal: Refusal): void {
    peer.outbox.write(peer.encoding.push({ kind: "error", request, channel, refusal }));
    peer.complain(refusal);
  }
}

/** Who is present in a channel that nobody holds. */
const NOBODY: PresenceView = { members: [], count: null };

function waitingWeight(text: string): number {
  return 1 + Math.floor(text.length / WAITING_CHARACTERS);
}

/** The text of a command's `data`, to the last digit; absent data is null. */
function dataJsonOf(text: string): string {
  return memberJson({ text, at: 0 }, "data") ?? "null";
}

function publishedJson(request: RequestId, published: Published): string {
  const { channel, epoch, offset, id, duplicate } = published;
  const position = offset === null ? "" : `"epoch":"${epoch ?? ""}","offset":${offset},`;
  return `{"type":"published"${idJson(request)},"channel":"${channel}",${position}"messageId":${JSON.stringify(id)},"duplicate":${duplicate}}`;
}
