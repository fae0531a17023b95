import { recall, remember } from "../look/remembered.ts";
import { cleanRoomName } from "./room-name.ts";

const FIRST_ROOMS = ["lobby", "random", "help"];

/** So many rooms are remembered at most. */
const MOST_ROOMS = 20;

/** Reads names of rooms, one a line; whatever is not a name is left out. */
export function parseRooms(text: string | undefined): readonly string[] {
  const names = (text ?? "")
    .split("\n")
    .map(cleanRoomName)
    .filter((name) => name !== "");
  return [...new Set(names)].slice(0, MOST_ROOMS);
}

/** The rooms to begin with. One named after the `#` of the address comes first. */
export function firstRooms(fragment: string): readonly string[] {
  const remembered = parseRooms(recall("chat.rooms"));
  const rooms = remembered.length > 0 ? remembered : FIRST_ROOMS;
  const linked = fragment === "#how" ? "" : cleanRoomName(decodeFragment(fragment));
  return linked === "" ? rooms : [linked, ...rooms.filter((name) => name !== linked)];
}

export function rememberRooms(names: readonly string[]): void {
  remember("chat.rooms", names.join("\n"));
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return "";
  }
}
