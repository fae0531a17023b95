import type { VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useWords } from "../look/language.tsx";
import { memo } from "../look/memo.ts";
import { useStore } from "../look/store.ts";
import { formatTime } from "../chat/times.ts";
import type { Comment } from "./comment.ts";
import type { Meter } from "./meter.ts";
import type { Viewer } from "./viewer.ts";
import "./comment-list.css";

/** Nobody can listen to more than this, and a screen reader would never end. */
const MOST_READ_OUT_PER_S = 2;

interface CommentListProps {
  readonly viewer: Viewer;
  readonly meter: Meter;
}

/** What was written lately, newest last; read out politely as long as it is not a flood. */
export function CommentList({ viewer, meter }: CommentListProps): VNode {
  const { say } = useWords();
  const { comments } = useStore(viewer.view);
  const { receivedPerS } = useStore(meter.view);
  const isCalm = receivedPerS <= MOST_READ_OUT_PER_S;
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box !== null && follows.current) box.scrollTop = box.scrollHeight;
  }, [comments]);
  return (
    <div class="comments">
      <h2>{say("danmaku.comments")}</h2>
      <div
        class="comments-box"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={say("danmaku.comments")}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        <div role="log" aria-label={say("danmaku.comments")} aria-live={isCalm ? "polite" : "off"}>
          <ul>
            {comments.map((comment) => (
              <CommentRow key={comment.id} comment={comment} />
            ))}
          </ul>
        </div>
      </div>
      <p class="unseen" role="status">
        {isCalm ? "" : say("danmaku.notReadOut")}
      </p>
    </div>
  );
}

const CommentRow = memo(function CommentRow({ comment }: { readonly comment: Comment }): VNode {
  const { say, language } = useWords();
  const { timeMs, text, colour, rank } = comment;
  return (
    <li class="comment" data-testid="comment" data-rank={rank}>
      <span class="comment-dot" data-colour={colour} />
      <span class="comment-words">
        {rank !== "plain" && <span class="comment-rank">{say(`danmaku.rank.${rank}`)}</span>}
        <bdi>{text}</bdi>
      </span>
      <time dateTime={new Date(timeMs).toISOString()}>{formatTime(timeMs, language)}</time>
    </li>
  );
});
