import type { VNode } from "preact";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { type Room, ROOMS } from "./rooms.ts";
import type { Viewer } from "./viewer.ts";
import "./room-tabs.css";

/** The rooms to choose from, and the state of the connection. */
export function RoomTabs({ viewer }: { readonly viewer: Viewer }): VNode {
  const { say } = useWords();
  const { room, connection } = useStore(viewer.view);
  const enter = (next: Room): void => {
    history.replaceState(null, "", `#${next}`);
    viewer.enter(next);
  };
  return (
    <div class="room-bar">
      <fieldset class="room-tabs">
        <legend class="unseen">{say("danmaku.rooms")}</legend>
        {ROOMS.map((each) => (
          <label key={each}>
            <input type="radio" name="room" checked={each === room} onChange={() => enter(each)} />
            <span>
              <span class="room-colour" data-room={each} />
              {say(`danmaku.room.${each}`)}
            </span>
          </label>
        ))}
      </fieldset>
      <StatePill view={connection} />
    </div>
  );
}
