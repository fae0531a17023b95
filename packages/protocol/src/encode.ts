import type { Push } from "./messages/down.ts";
import type { Command } from "./messages/up.ts";

/** Writes a push as the text of one frame. */
export function encodePush(push: Push): string {
  return JSON.stringify(push);
}

/** Writes a command as the text of one frame. */
export function encodeCommand(command: Command): string {
  return JSON.stringify(command);
}
