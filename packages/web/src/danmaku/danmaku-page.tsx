import type { VNode } from "preact";
import { DemoPage } from "../look/demo-page.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { Backend } from "./backend.ts";
import { CommentList } from "./comment-list.tsx";
import { Composer } from "./composer.tsx";
import { CrowdPanel } from "./crowd-panel.tsx";
import { FigureRow } from "./figure-row.tsx";
import { FilterPanel } from "./filter-panel.tsx";
import type { Meter } from "./meter.ts";
import { Player } from "./player.tsx";
import { RoomTabs } from "./room-tabs.tsx";
import type { Stage } from "./stage.ts";
import type { Viewer } from "./viewer.ts";
import "./danmaku-page.css";

interface DanmakuPageProps {
  readonly viewer: Viewer;
  readonly backend: Backend;
  readonly stage: Stage;
  readonly meter: Meter;
}

/** A video with comments over it, what was written lately, and what a crowd does to it. */
export function DanmakuPage({ viewer, backend, stage, meter }: DanmakuPageProps): VNode {
  const { say } = useWords();
  const { room } = useStore(viewer.view);
  const how = {
    title: say("look.how"),
    text: say("danmaku.howText"),
    code: exampleCode(),
    caption: say("danmaku.howCaption"),
  };
  return (
    <DemoPage
      title={say("danmaku.title")}
      headline={say("danmaku.headline")}
      sentence={say("danmaku.sentence")}
      how={how}
    >
      <div class="danmaku">
        <RoomTabs viewer={viewer} />
        <div class="danmaku-theatre">
          <Player viewer={viewer} stage={stage} />
          <Composer key={room} viewer={viewer} />
        </div>
        <CommentList viewer={viewer} meter={meter} />
        <FigureRow meter={meter} />
        <CrowdPanel backend={backend} room={room} />
        <FilterPanel backend={backend} />
      </div>
    </DemoPage>
  );
}

function exampleCode(): string {
  return [
    `const room = new Tidewire("${location.origin}").subscribe("demo.danmaku.harbour");`,
    `room.on("message", ({ data, dropped }) => fly(data.text, data.colour, dropped));`,
    `send = (text) => room.publish({ text }, { retry: false }).catch(({ retryAfterMs }) => …);`,
  ].join("\n");
}
