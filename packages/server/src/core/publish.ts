import type { RandomId } from "../base/clock.ts";
import { channelNameProblem, messageIdProblem } from "@tidewire/protocol";
import type { Hub } from "./hub.ts";
import type { Publisher } from "./message.ts";
import type { PublishTrace } from "./publish-trace.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Append, Appended, Streams } from "./streams.ts";

/** The way a message came in, as figures name it: the HTTP API, raw TCP, or a client's own connection. */
export type PublishDoor = "http" | "tcp" | "client";

/** One message on its way in, from whichever door. Sizes and rights of a client were not looked at yet. */
export interface PublishRequest {
  readonly channel: string;
  readonly dataJson: string;
  /** Chosen by the publisher so that a repeat is recognised; null: the server makes one. */
  readonly id: string | null;
  readonly key: string | null;
  readonly priority: "high" | null;
  /** The public id of a connection that does not get it; null for nobody. */
  readonly exclude: string | null;
  readonly from: Publisher;
  readonly door: PublishDoor;
  /** Absent or null, as nearly always: it is not traced. */
  readonly trace?: PublishTrace | null;
  /** The name of the backend's key, for the log. */
  readonly apiKey?: string;
}

/** Where a message was stored. `epoch` and `offset` are null on a channel without history. */
export interface Published {
  readonly ok: true;
  readonly channel: string;
  readonly epoch: string | null;
  readonly offset: number | null;
  readonly id: string;
  readonly duplicate: boolean;
  /** Subscribers on this node at this moment. */
  readonly subscribers: number;
}

/** Told of each publish that was carried out. */
export type PublishObserver = (request: PublishRequest, published: Published) => void;

/** Counts each publish that was carried out, with the bytes of its data. */
export type CountPublish = (door: PublishDoor, duplicate: boolean, bytes: number) => void;

/** What publishing works with. */
export interface PublishingPorts {
  readonly hub: Hub;
  readonly streams: Streams;
  readonly randomId: RandomId;
  readonly observe: PublishObserver;
}

const MESSAGE_ID_BITS = 96;

/**
 * The one way a message gets into a channel, whether it came by HTTP, raw TCP or a connection.
 *
 * What is published within one turn of the event loop goes to the broker as one batch, in the order of the calls.
 */
export class Publishing {
  readonly #ports: PublishingPorts;
  #batch: Append[] = [];
  #waiting: ((appended: Appended) => void)[] = [];
  #underWay = 0;

  constructor(ports: PublishingPorts) {
    this.#ports = ports;
  }

  /** Publishes that wait for the store. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Publishes; resolves once the message is as durable as the channel's rule says, or with why it is not. */
  async publish(request: PublishRequest): Promise<Published | Refusal> {
    const nameProblem = channelNameProblem(request.channel);
    if (nameProblem !== undefined) return refuse("invalid_channel", nameProblem);
    if (request.id !== null) {
      const idProblem = messageIdProblem(request.id);
      if (idProblem !== undefined) return refuse("invalid_field", `id: ${idProblem}`);
    }
    const { hub } = this.#ports;
    const options = hub.optionsOf(request.channel);
    if (exceedsUtf8(request.dataJson, options.messageBytes)) {
      return refuse("message_too_large", `data: must be at most ${options.messageBytes} bytes of JSON`);
    }
    const appended = await this.#append({
      channel: request.channel,
      history: options.history,
      id: request.id ?? this.#ports.randomId(MESSAGE_ID_BITS),
      chosenId: request.id !== null,
      from: request.from,
      key: request.key,
      priority: request.priority,
      exclude: request.exclude,
      dataJson: request.dataJson,
      keepsLast: options.deliver === "latest",
      trace: request.trace ?? null,
    });
    if (!appended.ok) return refuse("not_available");
    const { epoch, offset, id, duplicate } = appended;
    const subscribers = hub.get(request.channel)?.subscriberCount ?? 0;
    const published = {
      ok: true,
      channel: request.channel,
      epoch,
      offset,
      id,
      duplicate,
      subscribers,
    } as const;
    this.#ports.observe(request, published);
    return published;
  }

  #append(append: Append): Promise<Appended> {
    this.#underWay += 1;
    return new Promise((resolve) => {
      this.#batch.push(append);
      this.#waiting.push(resolve);
      if (this.#batch.length === 1) queueMicrotask(() => void this.#send());
    });
  }

  async #send(): Promise<void> {
    const batch = this.#batch;
    const waiting = this.#waiting;
    this.#batch = [];
    this.#waiting = [];
    const results = await this.#ports.streams.append(batch);
    this.#underWay -= batch.length;
    for (const [index, resolve] of waiting.entries()) {
      resolve(results[index] ?? { ok: false, reason: "unavailable" });
    }
  }
}

/** Whether a text takes more than `limit` bytes in UTF-8; counts only where the length alone does not tell. */
export function exceedsUtf8(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A surrogate pair takes four bytes, two for each half.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes > limit;
}
