import type { TargetedEvent, VNode } from "preact";
import { useState } from "preact/hooks";
import { CopyLine } from "../look/copy-line.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { Say } from "../look/words.ts";
import { DURATIONS, type Operator, type Order, type Outcome } from "./operator.ts";
import "../look/button.css";
import "./operator-panel.css";

/** The longest reason that fits into a close frame, unless its letters take several bytes each. */
const MAX_REASON_LENGTH = 120;

/** The operator's desk: why, for how long, and what to do; with the key by a click, without it by a command. */
export function OperatorPanel({ operator }: { readonly operator: Operator }): VNode {
  const { say, language } = useWords();
  const [order, setOrder] = useState<Order>("kick");
  const { key, reason, duration, busy, outcome } = useStore(operator.view);
  const give = (next: Order) => (): void => {
    setOrder(next);
    if (key.trim() !== "") void operator.give(next);
  };
  const button = (next: Order, look = ""): VNode => (
    <button type="button" class={`button ${look}`} disabled={busy} onClick={give(next)}>
      {say(`kick.${next}`)}
    </button>
  );
  return (
    <section class="operator" aria-labelledby="operator-title">
      <h2 id="operator-title">{say("kick.operator")}</h2>
      <label class="operator-field">
        <span>{say("kick.key")}</span>
        <input
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          aria-describedby="operator-key-hint"
          onInput={(event: TargetedEvent<HTMLInputElement>) =>
            operator.change({ key: event.currentTarget.value })
          }
        />
      </label>
      <p class="operator-hint" id="operator-key-hint">
        {say("kick.keyHint")}
      </p>
      <div class="operator-row">
        <label class="operator-field">
          <span>{say("kick.reason")}</span>
          <input
            type="text"
            maxLength={MAX_REASON_LENGTH}
            value={reason}
            onInput={(event: TargetedEvent<HTMLInputElement>) =>
              operator.change({ reason: event.currentTarget.value })
            }
          />
        </label>
        <label class="operator-field">
          <span>{say("kick.duration")}</span>
          <select
            value={duration}
            onChange={({ currentTarget }: TargetedEvent<HTMLSelectElement>) =>
              operator.change({ duration: DURATIONS.find((one) => one === currentTarget.value) ?? "" })
            }
          >
            {DURATIONS.map((one) => (
              <option key={one} value={one}>
                {say(`kick.for.${one === "" ? "good" : one}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="operator-buttons">
        {button("kick", "button-main")}
        {button("ban")}
        {button("lift")}
      </div>
      <p class="operator-outcome" role="status" data-testid="outcome" data-kind={outcome?.kind}>
        {outcome === undefined ? say("kick.noOutcome") : describe(outcome, say, language)}
      </p>
      <CopyLine text={operator.curlLine(order)} label={say("kick.command")} />
    </section>
  );
}

function describe(outcome: Outcome, say: Say, language: string): string {
  switch (outcome.kind) {
    case "kicked":
      return say("kick.wasKicked", { count: outcome.sessions });
    case "banned": {
      if (outcome.untilMs === null) return say("kick.wasBanned");
      const time = new Date(outcome.untilMs).toLocaleTimeString(language);
      return say("kick.wasBannedUntil", { time });
    }
    case "lifted":
      return say(outcome.held ? "kick.wasLifted" : "kick.nothingToLift");
    case "refused":
      return say("kick.refused", { message: outcome.message });
  }
}
