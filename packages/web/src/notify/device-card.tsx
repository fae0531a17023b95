import type { VNode } from "preact";
import { Avatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { formatTime } from "../chat/times.ts";
import type { Device, DeviceView } from "./device.ts";
import type { Notice } from "./notice.ts";
import type { Owned } from "./people.ts";
import "../look/button.css";
import "./device-card.css";

/** Badges have room for two digits. */
const MOST_SHOWN = 99;

interface DeviceCardProps {
  readonly owned: Owned;
  readonly device: Device;
}

/** One device: whose it is, how much is unread, and what came. */
export function DeviceCard({ owned: { id, owner, kind }, device }: DeviceCardProps): VNode {
  const { say } = useWords();
  const view = useStore(device.view);
  const { isOn, connection, unread } = view;
  const name = say("notify.device", { name: owner.name, device: say(`notify.${kind}Of`) });
  return (
    <section class="device" data-kind={kind} data-on={isOn} aria-labelledby={`${id}-title`} data-testid={id}>
      <header>
        <span class="device-owner">
          <Avatar face={owner.face} name={owner.name} />
          {isOn && unread > 0 && (
            <span class="device-badge" aria-hidden="true" data-testid={`${id}-badge`}>
              {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
            </span>
          )}
        </span>
        <h2 id={`${id}-title`}>
          <span class="unseen">{name}</span>
          <span aria-hidden="true">{owner.name}</span>
          <span class="device-kind" aria-hidden="true">
            <Icon name={kind} />
            {say(`notify.${kind}`)}
          </span>
        </h2>
        <button
          type="button"
          class="device-power"
          role="switch"
          aria-checked={isOn}
          aria-label={`${name}: ${say("notify.isOn")}`}
          title={say("notify.isOn")}
          onClick={() => (isOn ? device.switchOff() : device.switchOn())}
        >
          <Icon name="power" />
        </button>
      </header>
      <p class="unseen" role="status">
        {isOn && unread > 0 ? `${name}: ${say("notify.unread", { count: unread })}` : ""}
      </p>
      <Screen name={name} view={view} />
      <footer>
        {isOn && <StatePill view={connection} />}
        <button
          type="button"
          class="button button-small"
          disabled={!isOn || unread === 0}
          onClick={() => void device.acknowledge()}
        >
          <Icon name="check" />
          {say("notify.read")}
        </button>
      </footer>
    </section>
  );
}

function Screen({ name, view }: { readonly name: string; readonly view: DeviceView }): VNode {
  const { say } = useWords();
  const { isOn, connection, notices, firstUnread, problem } = view;
  if (!isOn) {
    return (
      <div class="device-screen device-screen-off">
        <p>{say("notify.off")}</p>
        <p>{say("notify.offText")}</p>
      </div>
    );
  }
  return (
    <div class="device-screen" tabIndex={0} role="region" aria-label={`${name}: ${say("notify.received")}`}>
      {problem !== undefined && <p class="device-problem">{say("notify.notLetIn", { problem })}</p>}
      {notices.length === 0 && connection.kind === "live" && problem === undefined && (
        <div class="device-empty">
          <p>{say("notify.empty")}</p>
          <p>{say("notify.emptyText")}</p>
        </div>
      )}
      <ul>
        {notices.map((notice) => (
          <NoticeRow key={notice.offset} notice={notice} isUnread={notice.offset >= firstUnread} />
        ))}
      </ul>
    </div>
  );
}

function NoticeRow({ notice, isUnread }: { readonly notice: Notice; readonly isUnread: boolean }): VNode {
  const { say, language } = useWords();
  const { timeMs, title, text, isFromBackend } = notice;
  return (
    <li class="notice" data-unread={isUnread} data-testid="notice">
      {title !== "" && <bdi class="notice-title">{title}</bdi>}
      <span class="notice-about">
        {isFromBackend && <span class="notice-source">{say("notify.fromBackend")}</span>}
        <time dateTime={new Date(timeMs).toISOString()}>{formatTime(timeMs, language)}</time>
      </span>
      {text !== "" && <bdi class="notice-text">{text}</bdi>}
    </li>
  );
}
