import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { CopyLine } from "../look/copy-line.tsx";
import { curlLine } from "../look/curl.ts";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { formatTime } from "../chat/times.ts";
import { type Arrival, type Feed, LANDING_CHANNEL } from "./feed.ts";
import { Wire } from "./wire.tsx";
import "./live-proof.css";

/** The page's own proof: a command, the wire, and what arrives here. */
export function LiveProof({ feed }: { readonly feed: Feed }): VNode {
  const { say } = useWords();
  const { connection, arrivals, pulses } = useStore(feed.view);
  return (
    <section class="proof" aria-labelledby="proof-title">
      <header class="proof-head">
        <h2 id="proof-title">
          {say("landing.proof")} <code>{LANDING_CHANNEL}</code>
        </h2>
        <StatePill view={connection} />
      </header>
      <div class="proof-push">
        <p>{say("landing.proofStep")}</p>
        <CopyLine
          text={curlLine(location.origin, LANDING_CHANNEL, say("landing.sample"))}
          label={say("look.command")}
        />
        <p class="proof-key">{say("curl.key")}</p>
      </div>
      <Wire pulses={pulses} />
      <div class="proof-arrivals" role="log" aria-label={say("landing.received")}>
        {arrivals.length === 0 ? (
          <div class="proof-waiting">
            <p>{say("landing.waiting")}</p>
            <p>{say("landing.waitingText")}</p>
          </div>
        ) : (
          <ul>
            {arrivals.map((arrival) => (
              <ArrivalRow key={`${arrival.source} ${arrival.id}`} arrival={arrival} />
            ))}
          </ul>
        )}
      </div>
      <PublishHere feed={feed} />
    </section>
  );
}

const SOURCE_WORDS = { api: "landing.fromApi", page: "landing.fromPage", here: "landing.fromHere" } as const;

function ArrivalRow({ arrival }: { readonly arrival: Arrival }): VNode {
  const { say, language } = useWords();
  const { body, source, timeMs } = arrival;
  return (
    <li class="arrival" data-testid="arrival">
      {body.kind === "json" ? (
        <code class="arrival-text">{body.json}</code>
      ) : (
        <bdi class="arrival-text">{body.text}</bdi>
      )}
      <span class={`arrival-source arrival-source-${source}`}>{say(SOURCE_WORDS[source])}</span>
      <time dateTime={new Date(timeMs).toISOString()}>{formatTime(timeMs, language)}</time>
    </li>
  );
}

function PublishHere({ feed }: { readonly feed: Feed }): VNode {
  const { say } = useWords();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const publish = (): void => {
    const plain = text.trim();
    if (plain === "") return;
    setProblem("");
    setText("");
    feed.publish(plain).catch((error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <form
      class="proof-publish"
      onSubmit={(event) => {
        event.preventDefault();
        publish();
      }}
    >
      <label>
        <span>{say("landing.tryHere")}</span>
        <input
          value={text}
          maxLength={200}
          autocomplete="off"
          placeholder={say("landing.yourText")}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={text.trim() === ""}>
        {say("landing.publish")}
      </button>
      {problem !== "" && (
        <p class="proof-problem" role="alert">
          {say("landing.refused", { problem })}
        </p>
      )}
    </form>
  );
}
