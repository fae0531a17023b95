import type { VNode } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import type { Chat, ChatView } from "./chat.ts";
import { EmptyRoom } from "./empty-room.tsx";
import { asEntry, type GapEntry, type NoticeEntry } from "./entry.ts";
import { place, type Placed } from "./grouping.ts";
import { MessageRow } from "./message-row.tsx";
import { OutgoingRow } from "./outgoing-row.tsx";
import { earlierThan, type Room } from "./room.ts";
import { formatDay } from "./times.ts";
import { useSteadyScroll } from "./steady-scroll.ts";
import "./timeline.css";

interface TimelineProps {
  readonly chat: Chat;
  readonly view: ChatView;
  readonly room: Room;
}

/** The messages of a room. It stays at the newest until somebody scrolls back; then it holds still. */
export function Timeline({ chat, view, room }: TimelineProps): VNode {
  const { say } = useWords();
  const { channel, log, outgoing } = room;
  const scroller = useRef<HTMLDivElement>(null);
  useSteadyScroll(scroller, log, outgoing.length, (atEnd) => chat.follow(channel, atEnd));
  const { connection, self } = view;
  const placed = useMemo(
    () => place([...log.shown, ...outgoing.map((message) => asEntry(message, self))]),
    [log.shown, outgoing, self],
  );
  const retry = useMemo(() => (id: string) => chat.retry(channel, id), [chat, channel]);
  const discard = useMemo(() => (id: string) => chat.discard(channel, id), [chat, channel]);

  const connected = connection.kind === "live" || connection.kind === "catching-up";
  const empty = placed.every(({ entry }) => entry.kind === "notice");
  return (
    <div class="timeline-frame">
      <div class="timeline" ref={scroller} tabIndex={0} role="region" aria-label={roomLabel(room, say)}>
        {empty && <EmptyRoom room={room} />}
        {!empty && <Beginning chat={chat} room={room} />}
        <div class="timeline-log" role="log" aria-label={roomLabel(room, say)}>
          {placed.slice(0, log.shown.length).map((item) => (
            <EntryRow key={item.entry.key} item={item} newFrom={room.unreadFrom} />
          ))}
          {outgoing.map((message, index) => (
            <OutgoingRow
              key={message.key}
              message={message}
              leads={placed[log.shown.length + index]?.leads ?? true}
              connected={connected}
              onRetry={retry}
              onDiscard={discard}
            />
          ))}
        </div>
      </div>
      {!log.following && (
        <button
          type="button"
          class="button button-small timeline-jump"
          onClick={() => chat.follow(channel, true)}
        >
          <Icon name="down" />
          {log.waiting > 0 ? say("chat.newBelow", { count: log.waiting }) : say("chat.toNewest")}
        </button>
      )}
    </div>
  );
}

function roomLabel(room: Room, say: ReturnType<typeof useWords>["say"]): string {
  return say("chat.timeline", { room: `#${room.name}` });
}

function Beginning({ chat, room }: { readonly chat: Chat; readonly room: Room }): VNode {
  const { say } = useWords();
  if (earlierThan(room) === undefined) {
    return <p class="timeline-beginning">{say("chat.beginning", { room: `#${room.name}` })}</p>;
  }
  return (
    <p class="timeline-beginning">
      <button
        type="button"
        class="button button-small"
        disabled={room.loadingEarlier}
        onClick={() => void chat.loadEarlier(room.channel)}
      >
        {say(room.loadingEarlier ? "chat.loading" : "chat.earlier")}
      </button>
    </p>
  );
}

interface EntryRowProps {
  readonly item: Placed;
  readonly newFrom: string | undefined;
}

function EntryRow({ item, newFrom }: EntryRowProps): VNode {
  const { say, language } = useWords();
  const { entry } = item;
  if (entry.kind === "notice") return <Notice notice={entry} />;
  if (entry.kind === "gap") return <Gap gap={entry} />;
  const startsNew = entry.key === newFrom;
  return (
    <>
      {item.startsDay && (
        <p class="timeline-rule">
          <span>{formatDay(entry.timeMs, Date.now(), language, say)}</span>
        </p>
      )}
      {startsNew && (
        <p class="timeline-rule timeline-rule-new">
          <span>{say("chat.newLine")}</span>
        </p>
      )}
      <MessageRow entry={entry} leads={item.leads || startsNew} />
    </>
  );
}

const NAMED_IN_NOTICE = 3;

function Notice({ notice }: { readonly notice: NoticeEntry }): VNode {
  const { say, language } = useWords();
  const named = notice.names.slice(-NAMED_IN_NOTICE).join(language === "zh" ? "、" : ", ");
  const others = notice.names.length - NAMED_IN_NOTICE;
  const names = others > 0 ? say("chat.andOthers", { names: named, count: others }) : named;
  return (
    <p class="timeline-notice" data-testid="notice">
      {say(notice.change === "joined" ? "chat.joined" : "chat.left", { names })}
    </p>
  );
}

function Gap({ gap }: { readonly gap: GapEntry }): VNode {
  const { say } = useWords();
  return (
    <p class="timeline-rule timeline-gap">
      <span>
        {gap.missing === undefined ? say("chat.gapUnknown") : say("chat.gap", { count: gap.missing })}
      </span>
    </p>
  );
}
