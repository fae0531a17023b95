import type { VNode } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Avatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { address, completions } from "./addressing.ts";
import { MAX_TEXT_LENGTH } from "./chat-data.ts";
import type { Person } from "./person.ts";
import "./composer.css";

/** What is being written in a room. */
export interface Draft {
  readonly text: string;
  readonly to: Person | undefined;
}

interface ComposerProps {
  readonly room: string;
  /** The people who can be addressed. */
  readonly people: readonly Person[];
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
  readonly onSend: (text: string, to: Person | undefined) => void;
}

/** Where a person writes. `@name`, or a person picked from a list, makes the message private. */
export function Composer({ room, people, draft, onDraft, onSend }: ComposerProps): VNode {
  const { say } = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState("");
  const [picked, setPicked] = useState(0);
  const [dismissed, setDismissed] = useState("");
  const listId = useId();
  const { text, to } = draft;
  const offered = to === undefined && text !== dismissed ? completions(text, people) : [];
  const choice = Math.min(picked, offered.length - 1);
  useGrowing(field, text);
  useEffect(() => {
    if (to !== undefined) field.current?.focus();
  }, [to]);

  const change = (next: Draft): void => {
    setProblem("");
    setPicked(0);
    onDraft(next);
  };
  const send = (): void => {
    const addressed =
      to === undefined ? address(text, people) : ({ kind: "person", person: to, text: text.trim() } as const);
    if (addressed.kind === "nobody" || addressed.kind === "several") {
      setProblem(say(addressed.kind === "nobody" ? "chat.nobody" : "chat.several", { name: addressed.name }));
      return;
    }
    const person = addressed.kind === "person" ? addressed.person : undefined;
    if (addressed.text === "") {
      // "@name" alone is the beginning of a private message.
      if (person !== undefined) change({ text: "", to: person });
      return;
    }
    onSend(addressed.text, person);
    change({ text: "", to });
  };
  const keyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter takes its suggestion.
    if (event.isComposing) return;
    const offer = offered[choice];
    if (offer !== undefined) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        setPicked((choice + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
      } else if (event.key === "Enter" || event.key === "Tab") change({ text: "", to: offer });
      else if (event.key === "Escape") setDismissed(text);
      else return;
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === "Backspace" && text === "" && to !== undefined) change({ text, to: undefined });
  };

  const label =
    to === undefined ? say("chat.message", { room: `#${room}` }) : say("chat.messageTo", { name: to.name });
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offered.length > 0 && (
        <ul class="composer-offers" id={listId} role="listbox" aria-label={say("chat.suggestions")}>
          {offered.map((person, index) => (
            <li
              key={person.user}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === choice}
              onMouseDown={(event) => {
                event.preventDefault();
                change({ text: "", to: person });
              }}
            >
              <Avatar face={person.face} name={person.name} size="small" />
              <bdi>{person.name}</bdi>
            </li>
          ))}
        </ul>
      )}
      {problem !== "" && (
        <p class="composer-problem" role="alert">
          {problem}
        </p>
      )}
      <div class={to === undefined ? "composer-box" : "composer-box composer-box-private"}>
        {to !== undefined && (
          <button
            type="button"
            class="composer-to"
            title={say("chat.toEverybody")}
            aria-label={`${say("chat.to", { name: to.name })}. ${say("chat.toEverybody")}`}
            onClick={() => change({ text, to: undefined })}
          >
            <Icon name="lock" />
            <bdi>{to.name}</bdi>
            <Icon name="close" />
          </button>
        )}
        <textarea
          ref={field}
          rows={1}
          value={text}
          maxLength={MAX_TEXT_LENGTH}
          enterkeyhint="send"
          autocomplete="off"
          aria-label={label}
          aria-autocomplete="list"
          {...(offered.length > 0
            ? { "aria-controls": listId, "aria-activedescendant": `${listId}-${choice}` }
            : {})}
          placeholder={
            to === undefined
              ? say("chat.hint", { room: `#${room}` })
              : say("chat.hintPrivate", { name: to.name })
          }
          onInput={(event) => change({ text: event.currentTarget.value, to })}
          onKeyDown={keyDown}
        />
        <button
          type="submit"
          class="button button-main composer-send"
          aria-label={say("chat.send")}
          disabled={text.trim() === ""}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** Lets the field grow with its text; the style sheet says how far. */
function useGrowing(field: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [field, text]);
}
