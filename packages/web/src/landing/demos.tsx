import type { ComponentType, VNode } from "preact";
import { CopyLine } from "../look/copy-line.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { freshName } from "../look/page-name.ts";
import { exampleLine, tidewireLine } from "../look/terminal-line.ts";
import type { Say, WordKey } from "../look/words.ts";
import { CommentsGlimpse } from "./comments-glimpse.tsx";
import { FacesGlimpse } from "./faces-glimpse.tsx";
import { LossGlimpse } from "./loss-glimpse.tsx";
import { NoticesGlimpse } from "./notices-glimpse.tsx";
import { PhonesGlimpse } from "./phones-glimpse.tsx";
import { PricesGlimpse } from "./prices-glimpse.tsx";
import "./demos.css";

/** A demo as the landing page presents it. */
interface Demo {
  readonly path: string;
  readonly Glimpse: ComponentType;
  readonly title: WordKey;
  readonly text: WordKey;
  /** The command that pushes into it, on one line. */
  readonly command: (say: Say) => string;
}

/** The account that the demo about kicking has when it is opened from here, so that the command knows it. */
const ACCOUNT = freshName();

const { origin } = location;

const DEMOS: readonly Demo[] = [
  {
    path: "/demo/chat",
    Glimpse: FacesGlimpse,
    title: "landing.chat",
    text: "landing.chatText",
    command: (say) => publishLine("demo.chat.lobby", say),
  },
  {
    path: "/demo/notify",
    Glimpse: NoticesGlimpse,
    title: "landing.notify",
    text: "landing.notifyText",
    command: () => exampleLine(origin, "notify/backend.mjs"),
  },
  {
    path: "/demo/ticker",
    Glimpse: PricesGlimpse,
    title: "landing.ticker",
    text: "landing.tickerText",
    command: () => exampleLine(origin, "ticker/feeder.mjs"),
  },
  {
    path: "/demo/danmaku",
    Glimpse: CommentsGlimpse,
    title: "landing.danmaku",
    text: "landing.danmakuText",
    command: () => exampleLine(origin, "danmaku/backend.mjs"),
  },
  {
    path: "/demo/lockscreen",
    Glimpse: LossGlimpse,
    title: "landing.lockscreen",
    text: "landing.lockscreenText",
    command: (say) => publishLine("demo.lockscreen.outside", say),
  },
  {
    path: `/demo/kick#${ACCOUNT}`,
    Glimpse: PhonesGlimpse,
    title: "landing.kickDemo",
    text: "landing.kickDemoText",
    command: (say) =>
      tidewireLine(origin, "kick", `demo.kick.${ACCOUNT}`, "--reason", say("kick.sampleReason")),
  },
];

function publishLine(channel: string, say: Say): string {
  return tidewireLine(origin, "publish", channel, JSON.stringify({ text: say("landing.sample") }));
}

/** All demos, each with the command that pushes into it. */
export function Demos(): VNode {
  const { say } = useWords();
  return (
    <section class="band" aria-labelledby="demos-title">
      <h2 id="demos-title">{say("landing.demos")}</h2>
      <p class="band-text">{say("landing.demosText")}</p>
      <ul class="demos">
        {DEMOS.map(({ path, Glimpse, title, text, command }) => (
          <li key={path} class="demo-card" data-testid="demo">
            <a class="demo-open" href={path}>
              <Glimpse />
              <span class="demo-words">
                <strong>{say(title)}</strong>
                <span>{say(text)}</span>
              </span>
              <Icon name="arrow" />
            </a>
            <CopyLine isFlat text={command(say)} label={say("landing.pushInto", { demo: say(title) })} />
          </li>
        ))}
      </ul>
    </section>
  );
}
