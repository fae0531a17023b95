import { inboxOf, userIdProblem, userOfInbox } from "@tidewire/protocol";
import { cleanName } from "./person.ts";

const PREFIX = "demo.chat.";

/** Longest name of a room, in characters. */
export const MAX_ROOM_NAME_LENGTH = 20;

/**
 * Gives the channel of a room.
 *
 * The name becomes one segment, with characters outside the channel alphabet written as `=HH` the way inboxes are, so a room may be called 茶馆.
 */
export function roomChannel(name: string): string {
  return `${PREFIX}${inboxOf(name).slice(1)}`;
}

/** Gives the name of the room that a channel is; undefined for other channels. */
export function roomOfChannel(channel: string): string | undefined {
  return channel.startsWith(PREFIX) ? userOfInbox(`@${channel.slice(PREFIX.length)}`) : undefined;
}

/** Makes a room's name from what a person typed: lower case, dashes for spaces. Empty when nothing is left. */
export function cleanRoomName(typed: string): string {
  const plain = cleanName(typed)
    .replace(/^[# ]+/, "")
    .toLowerCase()
    .replaceAll(" ", "-");
  const name = [...plain].slice(0, MAX_ROOM_NAME_LENGTH).join("");
  return name === "" || userIdProblem(name) !== undefined ? "" : name;
}
