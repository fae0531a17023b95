import { DEFAULT_HISTORY_LIMIT, MAX_HISTORY_LIMIT, type Since } from "@tidewire/protocol";
import type { HistoryOptions } from "../config/channel-options.ts";
import type { Hub } from "./hub.ts";
import type { Message } from "./message.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type Head, type Streams, StreamsUnavailable } from "./streams.ts";

/** An answer never holds more than this, whatever the limit on messages. */
const ANSWER_BYTES = 1024 * 1024;

/** A request for a stretch of a channel's history. */
export interface HistoryRequest {
  readonly channel: string;
  /** Exclusive. The lower bound with `asc`, the upper one with `desc`. */
  readonly since: Since | undefined;
  readonly limit: number | undefined;
  readonly order: "asc" | "desc";
  /** The public id of the connection that reads: what excludes it is left out; null for the API. */
  readonly reader: string | null;
}

/** A stretch of history, in the order asked for. `more`: there is more in that direction. */
export interface History {
  readonly ok: true;
  readonly messages: readonly Message[];
  readonly head: Head;
  readonly more: boolean;
}

/** Reads and purges what streams hold. */
export class Reading {
  readonly #hub: Hub;
  readonly #streams: Streams;

  constructor(hub: Hub, streams: Streams) {
    this.#hub = hub;
    this.#streams = streams;
  }

  /** Reads one stretch of a channel's history; at least one message where there is one, about 1 MB at most. */
  async history(request: HistoryRequest): Promise<History | Refusal> {
    return this.#withHistory(request.channel, async (history) => {
      const head = await this.#headOf(request.channel, history);
      let bound = await this.#bound(request, history, head);
      for (;;) {
        const page = await this.#streams.read({
          channel: request.channel,
          history,
          bound,
          order: request.order,
          head: head.offset,
          maxMessages: Math.min(request.limit ?? DEFAULT_HISTORY_LIMIT, MAX_HISTORY_LIMIT),
          maxBytes: ANSWER_BYTES,
        });
        const last = page.messages.at(-1)?.offset ?? null;
        const more = last !== null && (request.order === "asc" ? last < head.offset : last > page.earliest);
        const messages = page.messages.filter(
          ({ exclude }) => exclude === null || exclude !== request.reader,
        );
        // A page on which everything is for others would leave its reader without a position to go on from.
        if (messages.length > 0 || last === null || !more) return { ok: true, messages, head, more };
        bound = last;
      }
    });
  }

  /** Forgets every stored message of a channel; its epoch and head stay. */
  async purge(channel: string): Promise<{ readonly ok: true; readonly head: Head } | Refusal> {
    return this.#withHistory(channel, async (history) => {
      const head = await this.#streams.purge(channel, history);
      this.#hub.get(channel)?.forget();
      return { ok: true, head };
    });
  }

  /** The channel's head as this node hands it out; null without history. */
  async head(channel: string): Promise<{ readonly ok: true; readonly head: Head | null } | Refusal> {
    if (this.#hub.optionsOf(channel).history === null) return { ok: true, head: null };
    return this.#withHistory(channel, async (history) => ({
      ok: true,
      head: await this.#headOf(channel, history),
    }));
  }

  async #withHistory<Result>(
    channel: string,
    use: (history: HistoryOptions) => Promise<Result>,
  ): Promise<Result | Refusal> {
    const { history } = this.#hub.optionsOf(channel);
    if (history === null) return refuse("history_off");
    try {
      return await use(history);
    } catch (error) {
      if (error instanceof StreamsUnavailable) return refuse("not_available");
      throw error;
    }
  }

  async #headOf(channel: string, history: HistoryOptions): Promise<Head> {
    const held = this.#hub.get(channel);
    return held?.isOpen === true ? held.head : this.#streams.catalogue.head(channel, history);
  }

  async #bound(request: HistoryRequest, history: HistoryOptions, head: Head): Promise<number> {
    const { since, order, channel } = request;
    if (order === "desc" && since === undefined) return head.offset + 1;
    if (since === undefined || since === "earliest") return 0;
    if ("last" in since) return Math.max(0, head.offset - since.last);
    const { cursor } = await this.#streams.locate(channel, history, since.epoch, since.offset, head);
    return cursor;
  }
}
