import { ERRORS, mayReconnect, PROTOCOL_VERSION } from "@tidewire/protocol";
import type { Encoding } from "../../core/encoding.ts";
import type { Message, Publisher } from "../../core/message.ts";
import type { Member, Push, RequestId } from "../../core/push.ts";

/** How a transport wraps the text of one native message, and joins what it wrapped. */
export interface Framing {
  frame(json: string): Uint8Array;
  join(pieces: readonly Uint8Array[]): Uint8Array;
}

/** What `connected` tells every client. */
export interface ServerFacts {
  readonly pingIntervalMs: number;
  readonly maxMessageBytes: number;
}

/** The native protocol's encoding of what the core says: one JSON object for each push. */
export class NativeEncoding implements Encoding {
  readonly #framing: Framing;
  readonly #facts: ServerFacts;

  constructor(framing: Framing, facts: ServerFacts) {
    this.#framing = framing;
    this.#facts = facts;
  }

  message(message: Message, dropped: number): Uint8Array {
    const fields = messageFields(message);
    const tail = dropped > 0 ? `,"dropped":${dropped}}` : "}";
    return this.#framing.frame(`{"type":"message","channel":"${message.channel}",${fields}${tail}`);
  }

  push(push: Push): Uint8Array {
    return this.#framing.frame(pushJson(push, this.#facts));
  }

  join(pieces: readonly Uint8Array[]): Uint8Array {
    return this.#framing.join(pieces);
  }

  /** Wraps a reply that only the native protocol knows. */
  reply(json: string): Uint8Array {
    return this.#framing.frame(json);
  }
}

/** A stored message as history gives it: without type and channel. */
export function storedMessageJson(message: Message): string {
  return `{${messageFields(message)}}`;
}

/** Everything of a message but its type and channel. Channel names and epochs need no escaping in JSON. */
function messageFields(message: Message): string {
  const position =
    message.offset === null ? "" : `"epoch":"${message.epoch ?? ""}","offset":${message.offset},`;
  const key = message.key === null ? "" : `"key":${JSON.stringify(message.key)},`;
  const id = JSON.stringify(message.id);
  const from = fromJson(message.from);
  return `${position}"id":${id},"time":${message.timeMs},"from":${from},${key}"data":${message.dataJson}`;
}

const FROM_API = '{"api":true}';

function fromJson(from: Publisher): string {
  if (from.kind === "api") return FROM_API;
  const user = from.user === null ? "" : `"user":${JSON.stringify(from.user)},`;
  return `{${user}"connection":"${from.connection}"}`;
}

function membersJson(members: readonly Member[]): string {
  return `[${members.map(memberJson).join(",")}]`;
}

function memberJson({ user, connection, infoJson }: Member): string {
  const known = user === null ? "" : `"user":${JSON.stringify(user)},`;
  const info = infoJson === null ? "" : `,"info":${infoJson}`;
  return `{${known}"connection":"${connection}"${info}}`;
}

/** The `,"id":n` of a reply; nothing where the request had none. */
export function idJson(request: RequestId): string {
  return request === null ? "" : `,"id":${request}`;
}

function rateJson(maxRate: number | null): string {
  return maxRate === null ? "" : `,"maxRate":${maxRate}`;
}

function pushJson(push: Push, facts: ServerFacts): string {
  switch (push.kind) {
    case "connected": {
      const user = push.user === null ? "" : `,"user":${JSON.stringify(push.user)}`;
      const ids = `"connection":"${push.connection}","session":"${push.session}"${user}`;
      const limits = `"pingIntervalMs":${facts.pingIntervalMs},"maxMessageBytes":${facts.maxMessageBytes}`;
      return `{"type":"connected"${idJson(push.request)},${ids},${limits},"time":${push.timeMs},"version":${PROTOCOL_VERSION}}`;
    }
    case "subscribed": {
      const head = push.head === null ? "" : `"epoch":"${push.head.epoch}","offset":${push.head.offset},`;
      const time = push.timeMs === null ? "" : `"time":${push.timeMs},`;
      const unread = push.unread === null ? "" : `"unread":${push.unread},`;
      return `{"type":"subscribed"${idJson(push.request)},"channel":"${push.channel}",${head}${time}"recovered":${push.recovered},${unread}"deliver":"${push.deliver}"${rateJson(push.maxRate)}}`;
    }
    case "rate":
      return `{"type":"rate"${idJson(push.request)},"channel":"${push.channel}"${rateJson(push.maxRate)}}`;
    case "gap":
      return `{"type":"gap","channel":"${push.channel}","epoch":"${push.epoch}","from":${push.from},"to":${push.to},"reason":"${push.reason}"}`;
    case "position":
      return `{"type":"position","channel":"${push.channel}","epoch":"${push.epoch}","offset":${push.offset}}`;
    case "join":
    case "leave":
      return `{"type":"${push.kind}","channel":"${push.channel}","members":${membersJson(push.members)}}`;
    case "presence": {
      const count = push.count === null ? "" : `"count":${push.count},`;
      return `{"type":"presence"${idJson(push.request)},"channel":"${push.channel}",${count}"members":${membersJson(push.members)}}`;
    }
    case "unsubscribed": {
      const reason = push.reason === null ? "" : `,"reason":${JSON.stringify(push.reason)}`;
      return `{"type":"unsubscribed"${idJson(push.request)},"channel":"${push.channel}"${reason}}`;
    }
    case "acked":
      return `{"type":"acked"${idJson(push.request)},"channel":"${push.channel}","offset":${push.offset},"unread":${push.unread}}`;
    case "refresh":
      return `{"type":"refresh","expiresInMs":${push.expiresInMs}}`;
    case "error": {
      const { request, channel, refusal } = push;
      const { code, message, reason, retryAfterMs } = refusal;
      const known = {
        ...(request === null ? {} : { id: request }),
        ...(channel === null ? {} : { channel }),
      };
      const { retryable } = ERRORS[code];
      // JSON leaves out what is undefined.
      return JSON.stringify({ type: "error", ...known, code, message, reason, retryable, retryAfterMs });
    }
    case "disconnect": {
      const { code, reason, retryAfterMs } = push;
      return JSON.stringify({
        type: "disconnect",
        code,
        reason,
        reconnect: mayReconnect(code),
        retryAfterMs,
      });
    }
  }
}
