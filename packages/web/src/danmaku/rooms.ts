/** The rooms, each with a scene of its own. `examples/danmaku/comments.mjs` writes to the same. */
export const ROOMS = ["harbour", "city", "aurora"] as const;

export type Room = (typeof ROOMS)[number];

/** Beside the rooms: what the backend tells, and where it is there for all to see. */
export const STATUS_CHANNEL = "demo.danmaku.backend.status";

/** What the backend is asked. */
export const ASKED_CHANNEL = "demo.danmaku.backend.asked";

export function channelOf(room: Room): string {
  return `demo.danmaku.${room}`;
}

/** The room that the address names after `#`, so that a link leads to it; else the first. */
export function roomOf(hash: string): Room {
  return ROOMS.find((room) => hash === `#${room}`) ?? ROOMS[0];
}
