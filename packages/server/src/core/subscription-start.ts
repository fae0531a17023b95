import { type Since, type SinceTime, userOfInbox } from "@tidewire/protocol";
import type { Clock } from "../base/clock.ts";
import type { HistoryOptions } from "../config/channel-options.ts";
import type { Channel } from "./channel.ts";
import type { Cursors } from "./cursors.ts";
import type { GapReason, Streams } from "./streams.ts";
import type { Start } from "./subscription.ts";

/** What finding a start works with. */
export interface StartPorts {
  readonly streams: Streams;
  readonly cursors: Cursors;
  readonly clock: Clock;
}

/** Where subscriptions start, from what their clients ask for, what their users have read, and what is stored. */
export class SubscriptionStarts {
  readonly #ports: StartPorts;

  constructor(ports: StartPorts) {
    this.#ports = ports;
  }

  /** Finds the start of a channel that somebody asks for by its name; `user` null: nobody has read anything. */
  async find(user: string | null, channel: Channel, since: Since | SinceTime | undefined): Promise<Start> {
    const { history } = channel.options;
    if (history === null) return atHead(null);
    const unread = user === null ? null : await this.#unread(user, channel, history);
    if (since !== undefined) return this.#at(channel, history, since, unread);
    // Without a position an inbox goes on after what its user has read, or at its beginning.
    if (userOfInbox(channel.name) === undefined) return atHead(unread);
    const read = user === null ? null : await this.#ports.cursors.get(user, channel.name);
    if (read !== null) return { ...atHead(unread), cursor: Math.min(read, channel.head.offset) };
    const start = await this.#at(channel, history, "earliest", unread);
    return { ...start, recovered: false };
  }

  /** Finds the start of a channel that a pattern brings. */
  async findOfPattern(channel: Channel, since: Since | SinceTime | undefined): Promise<Start> {
    const { history } = channel.options;
    if (history === null || since === undefined) return atHead(null);
    return this.#at(channel, history, since, null);
  }

  async #at(
    channel: Channel,
    history: HistoryOptions,
    since: Since | SinceTime,
    unread: number | null,
  ): Promise<Start> {
    const { head } = channel;
    const { streams, clock } = this.#ports;
    if (since !== "earliest" && "time" in since) {
      const { cursor, missing } = await streams.locateTime(channel.name, history, since.time, head);
      return { cursor, lost: missing, recovered: missing === null, unread };
    }
    if (since !== "earliest" && "epoch" in since) {
      const { epoch, offset } = since;
      const notBeforeMs = clock.nowMs() - history.ttlMs;
      if (epoch === head.epoch && (offset === head.offset || channel.ringCovers(offset, notBeforeMs))) {
        return { cursor: offset, lost: null, recovered: true, unread };
      }
      const { cursor, diverged, earliest } = await streams.locate(channel.name, history, epoch, offset, head);
      const lost: GapReason | null = diverged ? "epoch" : null;
      // Where only the last value of each key counts, none is missing however much was trimmed.
      const isWhole = earliest <= cursor + 1 || channel.options.deliver === "latest";
      return { cursor, lost, recovered: !diverged && isWhole, unread };
    }
    const { earliest } = await streams.locate(channel.name, history, head.epoch, head.offset, head);
    const oldest = earliest - 1;
    const cursor = since === "earliest" ? oldest : Math.max(oldest, head.offset - since.last);
    return { cursor: Math.min(cursor, head.offset), lost: null, recovered: true, unread };
  }

  async #unread(user: string, channel: Channel, history: HistoryOptions): Promise<number> {
    const { cursors, streams } = this.#ports;
    const read = (await cursors.get(user, channel.name)) ?? 0;
    return streams.catalogue.unread(channel.name, history, user, read, channel.head.offset);
  }
}

/** With what comes next. */
function atHead(unread: number | null): Start {
  return { cursor: null, lost: null, recovered: false, unread };
}
