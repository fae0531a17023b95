import type { VNode } from "preact";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { memo } from "../look/memo.ts";
import type { Outgoing } from "./entry.ts";
import { Bubble } from "./message-row.tsx";
import { formatTime } from "./times.ts";

interface OutgoingRowProps {
  readonly message: Outgoing;
  /** Whether it begins a group, where its time stands. */
  readonly leads: boolean;
  /** Whether there is a connection to send it over. */
  readonly connected: boolean;
  readonly onRetry: (id: string) => void;
  readonly onDiscard: (id: string) => void;
}

/** One's own message that the server has not confirmed: it waits, or it was refused. */
export const OutgoingRow = memo(function OutgoingRow(props: OutgoingRowProps): VNode {
  const { say, language } = useWords();
  const { message, leads, connected, onRetry, onDiscard } = props;
  const waits = message.status === "pending";
  return (
    <div
      class={`row row-mine ${leads ? "row-leads" : ""}`}
      data-testid="outgoing"
      data-status={message.status}
    >
      <div class={waits && connected ? "row-body row-sending" : "row-body"}>
        {leads && (
          <p class="row-head">
            <time dateTime={new Date(message.timeMs).toISOString()}>
              {formatTime(message.timeMs, language)}
            </time>
          </p>
        )}
        <Bubble body={{ kind: "text", text: message.text }} to={message.to} mine />
        {waits ? (
          // Sending takes a blink: a line that came and went each time would make the list jump.
          <p class={connected ? "unseen" : "row-status"}>
            <Icon name="clock" />
            {say(connected ? "chat.pending" : "chat.pendingOffline")}
          </p>
        ) : (
          <div class="row-refused" role="alert">
            <p class="row-status row-status-lost">
              <Icon name="alert" />
              {say("chat.notSent", { problem: message.problem ?? "" })}
            </p>
            <button type="button" class="button button-small" onClick={() => onRetry(message.id)}>
              {say("chat.tryAgain")}
            </button>
            <button type="button" class="button button-small" onClick={() => onDiscard(message.id)}>
              {say("chat.discard")}
            </button>
          </div>
        )}
      </div>
    </div>
  );
});
