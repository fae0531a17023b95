import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Dialog } from "../look/dialog.tsx";
import { HowItIsDone } from "../look/how-it-is-done.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { PageHeader } from "../look/page-header.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { useMedia } from "../look/use-media.ts";
import type { Chat } from "./chat.ts";
import type { Draft } from "./composer.tsx";
import { pageTitle } from "./page-title.ts";
import { PeopleList } from "./people-list.tsx";
import { persons } from "./people.ts";
import type { Person } from "./person.ts";
import { ProfileDialog } from "./profile-dialog.tsx";
import { rememberRooms } from "./remembered-rooms.ts";
import { RoomList } from "./room-list.tsx";
import { RoomView } from "./room-view.tsx";
import type { SelfMemory } from "./self-memory.ts";
import "./chat-page.css";

const NO_DRAFT: Draft = { text: "", to: undefined };

type Open = "rooms" | "people" | "profile";

interface ChatPageProps {
  readonly chat: Chat;
  readonly memory: SelfMemory;
}

/** The chat: rooms, messages, people. On narrow pages rooms and people are drawers. */
export function ChatPage({ chat, memory }: ChatPageProps): VNode {
  const { say } = useWords();
  const view = useStore(chat.view);
  const hasRoomsColumn = useMedia("(min-width: 760px)");
  const hasPeopleColumn = useMedia("(min-width: 1080px)");
  const [open, setOpen] = useState<Open>();
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const close = (): void => setOpen(undefined);

  const { list, active } = view.rooms;
  const room = list.find(({ channel }) => channel === active);
  const people = useMemo(() => (room === undefined ? [] : persons(room.people)), [room?.people]);
  const online = room?.crowd ?? people.length;
  const unread = list.reduce((sum, { unread: own }) => sum + own, 0);
  usePageTitle(pageTitle(unread, room?.name ?? "", say("chat.title")));
  useRoomMemory(
    list.map(({ name }) => name),
    room?.name ?? "",
  );
  if (room === undefined) throw new Error("A chat always has a room in view.");

  const setDraft = (draft: Draft): void => setDrafts((before) => ({ ...before, [active]: draft }));
  const draft = drafts[active] ?? NO_DRAFT;
  const addressPerson = (person: Person): void => {
    setDraft({ text: draft.text, to: person });
    close();
  };
  const rooms = (
    <RoomList
      chat={chat}
      view={view}
      inDrawer={!hasRoomsColumn}
      onChosen={close}
      onEditProfile={() => setOpen("profile")}
    />
  );
  const peopleList = (
    <PeopleList room={room.name} people={people} self={view.self.user} onAddress={addressPerson} />
  );
  const elsewhere = unread - room.unread;
  return (
    <>
      <PageHeader
        before={!hasRoomsColumn && <MenuButton unread={elsewhere} onClick={() => setOpen("rooms")} />}
      >
        <StatePill view={view.connection} />
      </PageHeader>
      <main class="stage">
        {hasRoomsColumn && (
          <section class="stage-rooms" aria-labelledby="rooms-title">
            <h2 class="stage-title" id="rooms-title">
              {say("chat.rooms")}
            </h2>
            {rooms}
          </section>
        )}
        <RoomView
          chat={chat}
          view={view}
          room={room}
          online={online}
          draft={draft}
          onDraft={setDraft}
          onOpenPeople={hasPeopleColumn ? undefined : () => setOpen("people")}
        />
        {hasPeopleColumn && (
          <section class="stage-people" aria-labelledby="people-title">
            <h2 class="stage-title" id="people-title">
              {say("chat.people")}
              <span class="stage-count" data-testid="online-count">
                {say("chat.online", { count: online })}
              </span>
            </h2>
            {peopleList}
          </section>
        )}
      </main>
      <HowItIsDone
        title={say("chat.howTitle")}
        text={say("chat.howText")}
        code={exampleCode(room.channel)}
        caption={say("chat.howCaption")}
      />
      {open === "rooms" && !hasRoomsColumn && (
        <Dialog title={say("chat.rooms")} place="left" onClose={close}>
          {rooms}
        </Dialog>
      )}
      {open === "people" && !hasPeopleColumn && (
        <Dialog title={say("chat.online", { count: online })} place="right" onClose={close}>
          {peopleList}
        </Dialog>
      )}
      {open === "profile" && (
        <ProfileDialog
          self={view.self}
          isGuest={memory.isGuest}
          onClose={close}
          onSave={(self) => {
            memory.remember(self);
            chat.become(self);
            close();
          }}
        />
      )}
    </>
  );
}

function MenuButton({ unread, onClick }: { readonly unread: number; readonly onClick: () => void }): VNode {
  const { say } = useWords();
  const label = unread > 0 ? say("chat.openRoomsUnread", { count: unread }) : say("chat.openRooms");
  return (
    <button type="button" class="button button-bare menu-button" aria-label={label} onClick={onClick}>
      <Icon name="menu" />
      {unread > 0 && <span class="menu-dot" />}
    </button>
  );
}

function exampleCode(channel: string): string {
  return [
    `const client = new Tidewire("${location.origin}", { user: "u1", info: { name: "Ann" } });`,
    `client.subscribe("${channel}", { since: { last: 50 } }).on("message", (message) => show(message.data.text));`,
    `client.publish("${channel}", { text: "hello" });`,
  ].join("\n");
}

function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** The rooms are there again on the next visit, and the address leads to the one in view. */
function useRoomMemory(names: readonly string[], current: string): void {
  const joined = names.join("\n");
  useEffect(() => rememberRooms(joined.split("\n")), [joined]);
  useEffect(() => history.replaceState(null, "", `#${encodeURIComponent(current)}`), [current]);
}
