import type { VNode } from "preact";
import { Avatar, BackendAvatar } from "../look/avatar.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { memo } from "../look/memo.ts";
import type { Addressee, Body } from "./chat-data.ts";
import type { MessageEntry } from "./entry.ts";
import { textParts } from "./text-parts.ts";
import { formatTime } from "./times.ts";

/** A text longer than this gets a frame of its own that scrolls. */
const LONG_TEXT = 1500;

interface MessageRowProps {
  readonly entry: MessageEntry;
  /** Whether it carries its author's name and face. */
  readonly leads: boolean;
}

/** One message. Drawn again only when it changes. */
export const MessageRow = memo(function MessageRow({ entry, leads }: MessageRowProps): VNode {
  const { say, language } = useWords();
  const { author, mine, body, to } = entry;
  const kind = author === undefined ? "backend" : mine ? "mine" : "theirs";
  const name = author?.name ?? say("look.backend");
  return (
    <div class={`row row-${kind} ${leads ? "row-leads" : ""}`} data-testid="message" data-author={kind}>
      <div class="row-face">{leads && !mine && <Face entry={entry} />}</div>
      <div class="row-body">
        <p class={leads ? "row-head" : "unseen"}>
          <bdi class="row-name">{mine ? say("chat.you") : name}</bdi>
          {author === undefined && <span class="row-via">{say("chat.viaApi")}</span>}
          <time dateTime={new Date(entry.timeMs).toISOString()}>{formatTime(entry.timeMs, language)}</time>
          {mine && <Sent />}
        </p>
        <Bubble body={body} to={to} mine={mine} />
      </div>
    </div>
  );
});

function Sent(): VNode {
  const { say } = useWords();
  return (
    <span class="row-sent" title={say("chat.sent")}>
      <Icon name="check" />
      <span class="unseen">{say("chat.sent")}</span>
    </span>
  );
}

function Face({ entry }: { readonly entry: MessageEntry }): VNode {
  const { author } = entry;
  return author === undefined ? <BackendAvatar /> : <Avatar face={author.face} name={author.name} />;
}

interface BubbleProps {
  readonly body: Body;
  readonly to: Addressee | undefined;
  readonly mine: boolean;
}

/** What a message says. Texts of others are only ever text nodes. */
export function Bubble({ body, to, mine }: BubbleProps): VNode {
  return (
    <div class={to === undefined ? "bubble" : "bubble bubble-private"}>
      {to !== undefined && <PrivateNote to={to} mine={mine} />}
      {body.kind === "json" ? <code class="bubble-json">{body.json}</code> : <Text text={body.text} />}
    </div>
  );
}

function PrivateNote({ to, mine }: { readonly to: Addressee; readonly mine: boolean }): VNode {
  const { say } = useWords();
  return (
    <p class="bubble-note">
      <Icon name="lock" />
      <span>{mine ? say("chat.privateTo", { name: to.name }) : say("chat.privateToYou")}</span>
    </p>
  );
}

function Text({ text }: { readonly text: string }): VNode {
  const long = text.length > LONG_TEXT;
  return (
    <p class={long ? "bubble-text bubble-long" : "bubble-text"} dir="auto" {...(long ? { tabIndex: 0 } : {})}>
      {textParts(text).map(({ text: part, href }) =>
        href === undefined ? (
          part
        ) : (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ),
      )}
    </p>
  );
}
