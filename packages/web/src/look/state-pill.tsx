import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ConnectionView, secondsUntil } from "./connection-view.ts";
import { useWords } from "./language.tsx";
import type { Say } from "./words.ts";
import "./state-pill.css";

/** The present time, renewed each second while `running`. */
function useSeconds(running: boolean): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    if (!running) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return nowMs;
}

function caption(view: ConnectionView, nowMs: number, say: Say): string {
  switch (view.kind) {
    case "connecting":
      return say("state.connecting");
    case "live":
      return say("state.live");
    case "catching-up":
      return say("state.catchingUp", { count: view.missing });
    case "offline": {
      if (view.retryAtMs === undefined) return say("state.offline");
      const seconds = secondsUntil(view.retryAtMs, nowMs);
      return seconds === 0 ? say("state.retrying") : say("state.offlineRetry", { count: seconds });
    }
    case "kicked":
      return view.reason === "" ? say("state.kicked") : say("state.kickedBecause", { reason: view.reason });
  }
}

/** What is announced: the kind of state and the reason, without the numbers that change each second. */
function announcement(view: ConnectionView, say: Say): string {
  if (view.kind === "catching-up") return say("state.catchingUpSaid");
  return caption(view.kind === "offline" ? { kind: "offline", retryAtMs: undefined } : view, 0, say);
}

/** The state of the connection in one pill: the same on every page, announced politely when it changes. */
export function StatePill({ view }: { readonly view: ConnectionView }): VNode {
  const { say } = useWords();
  const nowMs = useSeconds(view.kind === "offline" && view.retryAtMs !== undefined);
  const text = caption(view, nowMs, say);
  return (
    <span
      class={`state-pill state-pill-${view.kind}`}
      data-testid="state"
      data-state={view.kind}
      title={text}
    >
      <span class="state-pill-dot" />
      <span class="state-pill-text" aria-hidden="true">
        {text}
      </span>
      <span class="unseen" role="status" aria-live="polite">
        {announcement(view, say)}
      </span>
    </span>
  );
}
