import type { MessagePush, Push } from "@tidewire/protocol";

/** The confirmation of a channel with history whose head is `offset`. */
export function subscribed(
  channel: string,
  offset: number,
  more: Partial<Extract<Push, { type: "subscribed" }>> = {},
): Push {
  return { type: "subscribed", channel, epoch: "e1", offset, recovered: true, deliver: "all", ...more };
}

/** A message whose data is its offset. */
export function message(channel: string, offset: number, epoch = "e1"): MessagePush {
  const from = { api: true } as const;
  return {
    type: "message",
    channel,
    epoch,
    offset,
    id: `m${offset}`,
    time: 1000 + offset,
    from,
    data: offset,
  };
}

/** A message of a channel without history. */
export function volatileMessage(channel: string, data: string): Push {
  return { type: "message", channel, id: data, time: 1000, from: { api: true }, data };
}

export function position(channel: string, offset: number, epoch = "e1"): Push {
  return { type: "position", channel, epoch, offset };
}

/** An answer to `publish`. */
export function published(id: number | undefined, channel: string, offset: number, messageId: string): Push {
  return { type: "published", id: id ?? 0, channel, epoch: "e1", offset, messageId, duplicate: false };
}

export function errorPush(more: Omit<Extract<Push, { type: "error" }>, "type" | "message">): Push {
  return { type: "error", message: `${more.code} happened`, ...more };
}
