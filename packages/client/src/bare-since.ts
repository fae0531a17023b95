import type { Position, Since } from "@tidewire/protocol";

/** Tells a position from the other ways to say where to start. */
export function isPosition(since: Since | undefined): since is Position {
  return typeof since === "object" && "epoch" in since;
}

/** Takes only the position of a start: a whole message may be given as one, and its payload is not for sending back. */
export function bareSince(since: Since | undefined): Since | undefined {
  return isPosition(since) ? { epoch: since.epoch, offset: since.offset } : since;
}
