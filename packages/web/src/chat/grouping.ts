import type { Entry, MessageEntry } from "./entry.ts";

/** Messages of one author within this time stand together under one name. */
const GROUP_MS = 5 * 60 * 1000;

/** How a message stands in the list. */
export interface Placed {
  readonly entry: Entry;
  /** Whether it carries its author's name and face: the first of a group. */
  readonly leads: boolean;
  /** Whether a line with the day stands before it. */
  readonly startsDay: boolean;
}

/** Says for each entry whether it leads a group and whether it starts a day. */
export function place(entries: readonly Entry[]): readonly Placed[] {
  let before: Entry | undefined;
  let day: string | undefined;
  return entries.map((entry) => {
    let startsDay = false;
    if (entry.kind === "message") {
      const ownDay = new Date(entry.timeMs).toDateString();
      startsDay = ownDay !== day;
      day = ownDay;
    }
    const placed = { entry, leads: startsDay || leadsAfter(before, entry), startsDay };
    before = entry;
    return placed;
  });
}

function leadsAfter(before: Entry | undefined, entry: Entry): boolean {
  if (entry.kind !== "message") return false;
  return before?.kind !== "message" || !sameAuthor(before, entry) || entry.timeMs - before.timeMs > GROUP_MS;
}

function sameAuthor(one: MessageEntry, other: MessageEntry): boolean {
  return (
    one.author?.user === other.author?.user &&
    one.author?.name === other.author?.name &&
    one.author?.face === other.author?.face &&
    one.to?.user === other.to?.user
  );
}
