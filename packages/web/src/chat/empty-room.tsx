import type { VNode } from "preact";
import { CopyLine } from "../look/copy-line.tsx";
import { curlLine } from "../look/curl.ts";
import { useWords } from "../look/language.tsx";
import { Mark } from "../look/mark.tsx";
import type { Room } from "./room.ts";

/** What a room without messages shows: why it is empty, and the command that fills it. */
export function EmptyRoom({ room }: { readonly room: Room }): VNode {
  const { say } = useWords();
  const name = `#${room.name}`;
  if (room.refused !== undefined) {
    return (
      <div class="empty" role="alert">
        <h2>{say("chat.refusedTitle", { room: name })}</h2>
        <p>{say("chat.refusedText", { problem: room.refused })}</p>
      </div>
    );
  }
  if (room.enteredAt === undefined) {
    return (
      <div class="empty">
        <p>{say("chat.enteringTitle", { room: name })}</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <Mark />
      <h2>{say("chat.emptyTitle", { room: name })}</h2>
      <p>{say("chat.emptyText")}</p>
      <CopyLine
        text={curlLine(location.origin, room.channel, say("landing.sample"))}
        label={say("look.command")}
      />
      <p class="empty-small">{say("curl.key")}</p>
    </div>
  );
}
