import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { Say } from "../look/words.ts";
import { COLOUR_NAMES, type Colour, MOST_CHARACTERS } from "./comment.ts";
import type { Note, Viewer } from "./viewer.ts";
import "../look/button.css";
import "./composer.css";

const TICK_MS = 100;

/** Where a comment is written, in a colour; while the server takes none, how long that is. */
export function Composer({ viewer }: { readonly viewer: Viewer }): VNode {
  const { say } = useWords();
  const { note, cooldownUntilMs } = useStore(viewer.view);
  const leftMs = useCountdown(cooldownUntilMs);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [colour, setColour] = useState<Colour>("white");
  const [busy, setBusy] = useState(false);
  const plain = text.trim();

  const send = async (): Promise<void> => {
    if (plain === "" || busy || leftMs > 0) return;
    setBusy(true);
    const wasTaken = await viewer.send(plain, colour);
    setBusy(false);
    if (wasTaken) setText((now) => (now.trim() === plain ? "" : now));
    input.current?.focus();
  };
  return (
    <form
      class="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <fieldset class="comment-colours">
        <legend class="unseen">{say("danmaku.colour")}</legend>
        {COLOUR_NAMES.map((each) => (
          <label key={each} title={say(`danmaku.colour.${each}`)}>
            <input
              type="radio"
              name="colour"
              aria-label={say(`danmaku.colour.${each}`)}
              checked={each === colour}
              onChange={() => setColour(each)}
            />
            <span data-colour={each} />
          </label>
        ))}
      </fieldset>
      <input
        ref={input}
        class="comment-input"
        value={text}
        maxLength={MOST_CHARACTERS}
        autocomplete="off"
        enterkeyhint="send"
        aria-label={say("danmaku.yourComment")}
        placeholder={say("danmaku.placeholder")}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="button button-main" disabled={plain === "" || busy || leftMs > 0}>
        {leftMs > 0 ? (
          <span data-testid="cooldown">
            {say("danmaku.secondsLeft", { seconds: (leftMs / 1000).toFixed(1) })}
          </span>
        ) : (
          <>
            <Icon name="send" />
            {say("danmaku.send")}
          </>
        )}
      </button>
      <p class="comment-note" role="status" data-testid="note" data-kind={note?.kind}>
        {note === undefined ? "" : describe(note, leftMs, say)}
      </p>
    </form>
  );
}

/** How long until this time, looked at often enough for tenths of seconds. */
function useCountdown(untilMs: number): number {
  const [leftMs, setLeftMs] = useState(0);
  useEffect(() => {
    const look = (): void => {
      const left = Math.max(0, untilMs - Date.now());
      setLeftMs(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(look, TICK_MS);
    look();
    return () => clearInterval(timer);
  }, [untilMs]);
  return leftMs;
}

function describe(note: Note, leftMs: number, say: Say): string {
  switch (note.kind) {
    case "cooldown":
      return say(leftMs > 0 ? "danmaku.cooldown" : "danmaku.cooledDown");
    case "filtered":
      return say("danmaku.filtered");
    case "filterSilent":
      return say("danmaku.filterSilent");
    case "refused":
      return say("danmaku.refused", { message: note.message });
  }
}
