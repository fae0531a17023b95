import type { Position, Push } from "@tidewire/protocol";
import { isContentOf } from "./content.ts";
import type { Asked, Heard } from "./evidence.ts";

/** What is written down of a frame about a channel; null for frames that have no business in a run. */
export function heardOf(push: Push, asked: Asked): Heard | null {
  if (push.type === "subscribed") {
    const { epoch = "", offset = 0, recovered } = push;
    return { kind: "subscribed", asked, epoch, offset, recovered };
  }
  if (push.type === "message") {
    const { channel, epoch = "", offset = 0, id, data } = push;
    return { kind: "message", epoch, offset, id, intact: isContentOf(channel, id, data) };
  }
  if (push.type === "gap") {
    const { epoch, from, to, reason } = push;
    return { kind: "gap", epoch, from, to, reason };
  }
  if (push.type === "position") return { kind: "position", epoch: push.epoch, offset: push.offset };
  return null;
}

/** Where a frame moves the client's position to; null when it does not. */
export function positionAfter(frame: Heard): Position | null {
  const { epoch } = frame;
  switch (frame.kind) {
    case "subscribed":
      return frame.asked === null ? { epoch, offset: frame.offset } : null;
    case "gap":
      return frame.to === null ? null : { epoch, offset: frame.to };
    case "message":
    case "position":
      return { epoch, offset: frame.offset };
  }
}
