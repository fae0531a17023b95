import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { useMedia } from "../look/use-media.ts";
import { SCENES } from "./scenes/scenes.ts";
import type { Stage } from "./stage.ts";
import type { Viewer } from "./viewer.ts";
import "./player.css";

interface PlayerProps {
  readonly viewer: Viewer;
  readonly stage: Stage;
}

/** The video with the comments over it, and its controls. Where nothing may move it is a picture. */
export function Player({ viewer, stage }: PlayerProps): VNode {
  const { say } = useWords();
  const { room, watching } = useStore(viewer.view);
  const canvas = useRef<HTMLCanvasElement>(null);
  const isStill = useMedia("(prefers-reduced-motion: reduce)");
  const [isPlaying, setPlaying] = useState(true);
  const [showsComments, setShowsComments] = useState(true);
  useEffect(() => {
    if (canvas.current !== null) stage.use(canvas.current);
    return viewer.onFlight((comment) => stage.fly(comment));
  }, [stage, viewer]);
  useEffect(() => {
    stage.showsComments = showsComments;
  }, [stage, showsComments]);
  useEffect(() => {
    stage.change(SCENES[room]);
    if (isStill) {
      stage.drawStill();
      const redraw = (): void => stage.drawStill();
      addEventListener("resize", redraw);
      return () => removeEventListener("resize", redraw);
    }
    if (isPlaying) stage.start();
    return () => stage.stop();
  }, [stage, room, isStill, isPlaying]);
  const name = say(`danmaku.room.${room}`);
  return (
    <section class="player" aria-label={say("danmaku.video")} data-playing={isPlaying && !isStill}>
      <canvas ref={canvas} role="img" aria-label={say(`danmaku.scene.${room}`)} />
      <div class="player-bar">
        {!isStill && (
          <button
            type="button"
            class="player-button"
            aria-label={say(isPlaying ? "danmaku.pause" : "danmaku.play")}
            onClick={() => setPlaying(!isPlaying)}
          >
            <Icon name={isPlaying ? "pause" : "play"} />
          </button>
        )}
        <span class="player-live">{say("danmaku.live")}</span>
        <span class="player-name">{name}</span>
        <span class="player-watching" data-testid="watching">
          <Icon name="people" />
          {watching > 0 ? say("danmaku.watching", { count: watching }) : ""}
        </span>
        {!isStill && (
          <button
            type="button"
            class="player-switch"
            role="switch"
            aria-checked={showsComments}
            onClick={() => setShowsComments(!showsComments)}
          >
            {say("danmaku.overlay")}
          </button>
        )}
      </div>
    </section>
  );
}
