import type { VNode } from "preact";
import { CopyLine } from "../look/copy-line.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { exampleLine } from "../look/terminal-line.ts";
import type { Backend, Crowd } from "./backend.ts";
import type { Room } from "./rooms.ts";
import "../look/button.css";
import "./panels.css";

interface CrowdPanelProps {
  readonly backend: Backend;
  readonly room: Room;
}

/** The button that fills the room, and how the crowd fares; without the backend, the command that starts it. */
export function CrowdPanel({ backend, room }: CrowdPanelProps): VNode {
  const { say } = useWords();
  const { isThere, crowd } = useStore(backend.view);
  return (
    <section class="panel" aria-labelledby="crowd-title">
      <h2 id="crowd-title">
        <Icon name="people" />
        {say("danmaku.crowd")}
      </h2>
      <p>{say("danmaku.crowdText")}</p>
      {isThere ? (
        <div class="panel-row">
          <button
            type="button"
            class={crowd === undefined ? "button button-main" : "button"}
            onClick={() => void backend.ask(crowd === undefined ? "start" : "stop", room)}
          >
            {say(crowd === undefined ? "danmaku.crowdStart" : "danmaku.crowdStop")}
          </button>
          <p role="status" data-testid="crowd" data-viewers={crowd?.viewers ?? 0}>
            {crowd === undefined ? say("danmaku.crowdReady") : <CrowdWords crowd={crowd} />}
          </p>
        </div>
      ) : (
        <>
          <p class="panel-need">{say("danmaku.crowdNeeds")}</p>
          <CopyLine
            isFlat
            text={exampleLine(location.origin, "danmaku/backend.mjs")}
            label={say("danmaku.backendCommand")}
          />
        </>
      )}
    </section>
  );
}

function CrowdWords({ crowd }: { readonly crowd: Crowd }): VNode {
  const { say } = useWords();
  const { room, viewers, wanted, rate, received, dropped, secondsLeft } = crowd;
  const name = say(`danmaku.room.${room}`);
  if (viewers < wanted) return <>{say("danmaku.crowdComes", { viewers, wanted, room: name })}</>;
  return <>{say("danmaku.crowdIsThere", { viewers, rate, received, dropped, secondsLeft, room: name })}</>;
}
