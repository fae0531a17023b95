import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Avatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import type { Chat, ChatView } from "./chat.ts";
import type { Room } from "./room.ts";
import { cleanRoomName, MAX_ROOM_NAME_LENGTH } from "./room-name.ts";
import "./side-list.css";

interface RoomListProps {
  readonly chat: Chat;
  readonly view: ChatView;
  /** Whether it stands in a drawer, over a page whose end is out of sight. */
  readonly inDrawer: boolean;
  /** Called when something was chosen, so that a drawer can close. */
  readonly onChosen: () => void;
  readonly onEditProfile: () => void;
}

/** The rooms, a field that opens another one, and who one is. */
export function RoomList({ chat, view, inDrawer, onChosen, onEditProfile }: RoomListProps): VNode {
  const { say } = useWords();
  const { list, active } = view.rooms;
  return (
    <div class="side">
      <nav class="side-scroll" aria-label={say("chat.rooms")}>
        <ul class="side-list">
          {list.map((room) => (
            <RoomItem
              key={room.channel}
              room={room}
              current={room.channel === active}
              onOpen={() => {
                chat.openRoom(room.name);
                onChosen();
              }}
              onLeave={list.length > 1 ? () => chat.leaveRoom(room.channel) : undefined}
            />
          ))}
        </ul>
        <NewRoom
          onOpen={(name) => {
            chat.openRoom(name);
            onChosen();
          }}
        />
      </nav>
      {inDrawer && (
        <a class="side-how" href="#how" onClick={onChosen}>
          {say("look.how")}
        </a>
      )}
      <button type="button" class="side-self" onClick={onEditProfile} title={say("chat.editProfile")}>
        <Avatar face={view.self.face} name={view.self.name} />
        <span class="side-self-words">
          <bdi class="side-self-name" data-testid="own-name">
            {view.self.name}
          </bdi>
          <span class="side-self-hint">{say("chat.editProfile")}</span>
        </span>
        <Icon name="pencil" />
      </button>
    </div>
  );
}

interface RoomItemProps {
  readonly room: Room;
  readonly current: boolean;
  readonly onOpen: () => void;
  readonly onLeave: (() => void) | undefined;
}

function RoomItem({ room, current, onOpen, onLeave }: RoomItemProps): VNode {
  const { say } = useWords();
  return (
    <li class={current ? "side-item side-item-current" : "side-item"}>
      <button
        type="button"
        class="side-item-main"
        {...(current ? { "aria-current": "page" } : {})}
        onClick={onOpen}
      >
        <span class="side-hash" aria-hidden="true">
          #
        </span>
        <bdi class="side-item-name">{room.name}</bdi>
        {room.unread > 0 && (
          <span class="badge" data-testid="unread">
            <span aria-hidden="true">{room.unread > 99 ? "99+" : room.unread}</span>
            <span class="unseen">{say("chat.unread", { count: room.unread })}</span>
          </span>
        )}
      </button>
      {onLeave !== undefined && (
        <button
          type="button"
          class="side-item-leave"
          aria-label={say("chat.leaveRoom", { room: room.name })}
          title={say("chat.leaveRoom", { room: room.name })}
          onClick={onLeave}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  );
}

function NewRoom({ onOpen }: { readonly onOpen: (name: string) => void }): VNode {
  const { say } = useWords();
  const [typed, setTyped] = useState("");
  const name = cleanRoomName(typed);
  return (
    <form
      class="new-room"
      onSubmit={(event) => {
        event.preventDefault();
        if (name === "") return;
        onOpen(name);
        setTyped("");
      }}
    >
      <Icon name="plus" />
      <input
        value={typed}
        maxLength={MAX_ROOM_NAME_LENGTH}
        aria-label={say("chat.roomName")}
        placeholder={say("chat.newRoom")}
        autocomplete="off"
        autocapitalize="off"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {name !== "" && (
        <button type="submit" class="button button-small">
          {say("chat.enter")}
        </button>
      )}
    </form>
  );
}
