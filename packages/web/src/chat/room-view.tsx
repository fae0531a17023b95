import type { VNode } from "preact";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import type { Chat, ChatView } from "./chat.ts";
import { Composer, type Draft } from "./composer.tsx";
import { addressable, type Room } from "./room.ts";
import { Timeline } from "./timeline.tsx";

interface RoomViewProps {
  readonly chat: Chat;
  readonly view: ChatView;
  readonly room: Room;
  readonly online: number;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  /** Opens the people where they have no column. */
  readonly onOpenPeople: (() => void) | undefined;
}

/** The room in view: its name, its messages, and the field to write in. */
export function RoomView(props: RoomViewProps): VNode {
  const { chat, view, room, online, draft, onDraft, onOpenPeople } = props;
  const { say } = useWords();
  return (
    <section class="stage-room" aria-labelledby="room-title">
      <header class="room-head">
        <h1 id="room-title">
          <span class="room-hash">#</span>
          <bdi>{room.name}</bdi>
        </h1>
        {onOpenPeople !== undefined && (
          <button
            type="button"
            class="button button-small button-bare room-online"
            aria-label={say("chat.openPeople", { count: online })}
            onClick={onOpenPeople}
          >
            <Icon name="people" />
            <span data-testid="online-count">{say("chat.online", { count: online })}</span>
          </button>
        )}
      </header>
      {/* Another room is another list, with a scroll position of its own. */}
      <Timeline key={room.channel} chat={chat} view={view} room={room} />
      {view.connection.kind === "kicked" && <Kicked chat={chat} reason={view.connection.reason} />}
      <Composer
        key={room.name}
        room={room.name}
        people={addressable(room, view.self.user)}
        draft={draft}
        onDraft={onDraft}
        onSend={(text, to) => chat.send(room.channel, text, to)}
      />
    </section>
  );
}

function Kicked({ chat, reason }: { readonly chat: Chat; readonly reason: string }): VNode {
  const { say } = useWords();
  return (
    <div class="kicked">
      <p>{say("chat.kickedText", { reason: reason || say("state.kicked") })}</p>
      <button type="button" class="button button-small" onClick={() => chat.comeBack()}>
        {say("chat.comeBack")}
      </button>
    </div>
  );
}
