import type { Position } from "@tidewire/protocol";
import type { Addressee, Body } from "./chat-data.ts";
import type { Person } from "./person.ts";

/** A message in a room. */
export interface MessageEntry {
  readonly kind: "message";
  /** The same for every copy of one message, whichever way it came. */
  readonly key: string;
  /** When the server took it. */
  readonly timeMs: number;
  /** Who wrote it; undefined for the backend. */
  readonly author: Person | undefined;
  readonly mine: boolean;
  readonly body: Body;
  /** Set when only the author and this person see it. */
  readonly to: Addressee | undefined;
  /** Where it stands in the room's stream; undefined for private ones and in channels without history. */
  readonly position: Position | undefined;
}

/** People came or went. */
export interface NoticeEntry {
  readonly kind: "notice";
  readonly key: string;
  readonly timeMs: number;
  readonly change: "joined" | "left";
  readonly names: readonly string[];
}

/** Messages are missing here, and the server said so. */
export interface GapEntry {
  readonly kind: "gap";
  readonly key: string;
  readonly timeMs: number;
  /** How many; undefined when that cannot be known. */
  readonly missing: number | undefined;
}

export type Entry = MessageEntry | NoticeEntry | GapEntry;

/** One's own message that the server has not confirmed yet. */
export interface Outgoing {
  /** The message id it is published with: repeating it stores nothing twice. */
  readonly id: string;
  readonly key: string;
  readonly timeMs: number;
  readonly text: string;
  readonly to: Addressee | undefined;
  readonly status: "pending" | "refused";
  /** Why it was refused, in the server's words. */
  readonly problem?: string;
}

/** An outgoing message as it will stand among the others. */
export function asEntry(message: Outgoing, author: Person): MessageEntry {
  const { key, timeMs, text, to } = message;
  return {
    kind: "message",
    key,
    timeMs,
    author,
    mine: true,
    body: { kind: "text", text },
    to,
    position: undefined,
  };
}

/** The key of a message: ids are unique per publisher. */
export function messageKey(publisher: string | undefined, id: string): string {
  return publisher === undefined ? `:${id}` : `${publisher}:${id}`;
}
