import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Avatar } from "../look/avatar.tsx";
import { CopyLine } from "../look/copy-line.tsx";
import { exampleLine } from "../look/terminal-line.ts";
import { Icon } from "../look/icon.tsx";
import { useWords, type Words } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { type BackendConsole, type Outcome, REACHES } from "./console.ts";
import { draft } from "./drafts.ts";
import { PEOPLE } from "./people.ts";
import "../look/button.css";
import "./console-panel.css";

/** Whom to push to and what; by a click, by a command, or by a backend that goes on. */
export function ConsolePanel({ backend }: { readonly backend: BackendConsole }): VNode {
  const words = useWords();
  const { say } = words;
  const { connection, title, text, busy, outcome } = useStore(backend.view);
  const [sent, setSent] = useState(0);

  const push = async (): Promise<void> => {
    const offered = draft(sent, say);
    if (!(await backend.send())) return;
    setSent(sent + 1);
    // What the person wrote stays for the next push; what was offered makes room for something new.
    if (title === offered.title && text === offered.text) backend.change(draft(sent + 1, say));
  };
  return (
    <section class="console" aria-labelledby="console-title">
      <header>
        <h2 id="console-title">
          <Icon name="terminal" />
          {say("notify.console")}
        </h2>
        <StatePill view={connection} />
      </header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void push();
        }}
      >
        <Recipients backend={backend} />
        <label class="console-field">
          <span>{say("notify.draftTitle")}</span>
          <input
            value={title}
            maxLength={80}
            autocomplete="off"
            required
            onInput={({ currentTarget }) => backend.change({ title: currentTarget.value })}
          />
        </label>
        <label class="console-field">
          <span>{say("notify.draftText")}</span>
          <input
            value={text}
            maxLength={200}
            autocomplete="off"
            onInput={({ currentTarget }) => backend.change({ text: currentTarget.value })}
          />
        </label>
        <button type="submit" class="button button-main" disabled={busy}>
          <Icon name="send" />
          {say("notify.push")}
        </button>
      </form>
      <p class="console-outcome" role="status" data-testid="outcome" data-kind={outcome?.kind}>
        {outcome === undefined ? say("notify.noOutcome") : describe(outcome, words)}
      </p>
      <div class="console-commands">
        <h3>{say("notify.command")}</h3>
        <CopyLine isFlat text={backend.curlLine()} label={say("notify.command")} />
        <h3>{say("notify.backendCommand")}</h3>
        <CopyLine
          isFlat
          text={exampleLine(location.origin, "notify/backend.mjs")}
          label={say("notify.backendCommand")}
        />
      </div>
      <p class="console-note">{say("notify.consoleNote")}</p>
    </section>
  );
}

function Recipients({ backend }: { readonly backend: BackendConsole }): VNode {
  const { say } = useWords();
  const { reach, person } = useStore(backend.view);
  return (
    <>
      <fieldset class="console-reach">
        <legend>{say("notify.to")}</legend>
        {REACHES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="reach"
              checked={each === reach}
              onChange={() => backend.change({ reach: each })}
            />
            <span>{say(`notify.reach.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <fieldset class="console-people" disabled={reach === "all"}>
        <legend class="unseen">{say(reach === "others" ? "notify.who.others" : "notify.who.one")}</legend>
        {PEOPLE.map((each) => (
          <label key={each.user} data-reached={reach === "all" || (each === person) === (reach === "one")}>
            <input
              type="radio"
              name="person"
              checked={reach !== "all" && each === person}
              onChange={() => backend.change({ person: each })}
            />
            <span>
              <Avatar face={each.face} name={each.name} size="small" />
              {each.name}
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

function describe(outcome: Outcome, { say, language }: Words): string {
  if (outcome.kind === "refused") return say("notify.refused", { message: outcome.message });
  const names = new Intl.ListFormat(language).format(outcome.to.map(({ name }) => name));
  return say("notify.sent", { names });
}
