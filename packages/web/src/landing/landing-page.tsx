import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { CopyLine } from "../look/copy-line.tsx";
import { curlLine } from "../look/curl.ts";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { PageHeader } from "../look/page-header.tsx";
import { Demos } from "./demos.tsx";
import { type Feed, LANDING_CHANNEL } from "./feed.ts";
import { LiveProof } from "./live-proof.tsx";
import "../look/button.css";
import "./landing-page.css";

/** What Tidewire is, the proof, the demos, and how to begin. */
export function LandingPage({ feed }: { readonly feed: Feed }): VNode {
  const { say } = useWords();
  const headline = say("landing.headline");
  useEffect(() => {
    document.title = `Tidewire · ${headline.replace("\n", " ")}`;
  }, [headline]);
  return (
    <div class="landing">
      <PageHeader />
      <main>
        <div class="hero">
          <div class="hero-words">
            <h1>{headline}</h1>
            <p>{say("landing.sentence")}</p>
            <div class="hero-actions">
              <a class="button button-main" href="/demo/chat">
                {say("landing.openChat")}
                <Icon name="arrow" />
              </a>
              <a class="button" href="/api/openapi.json">
                {say("landing.readApi")}
              </a>
            </div>
          </div>
          <LiveProof feed={feed} />
        </div>
        <Demos />
        <Start />
        <Promises />
      </main>
      <Footer />
    </div>
  );
}

function Start(): VNode {
  const { say } = useWords();
  const listen = [
    `<script src="${location.origin}/client.js"></script>`,
    `<script>new Tidewire("${location.origin}").subscribe("${LANDING_CHANNEL}").on("message", (m) => console.log(m.data));</script>`,
  ].join("\n");
  const steps = [
    { title: say("landing.startServer"), text: "npm start" },
    { title: say("landing.startPage"), text: listen },
    {
      title: say("landing.startPush"),
      text: curlLine(location.origin, LANDING_CHANNEL, say("landing.sample")),
    },
  ];
  return (
    <section class="band" aria-labelledby="start-title">
      <h2 id="start-title">{say("landing.start")}</h2>
      <p class="band-text">{say("landing.startText")}</p>
      <ol class="steps">
        {steps.map(({ title, text }) => (
          <li key={title}>
            <h3>{title}</h3>
            <CopyLine text={text} label={title} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const PROMISES = ["order", "noLoss", "once", "durable", "isolation", "kick"] as const;

function Promises(): VNode {
  const { say } = useWords();
  return (
    <section class="band" aria-labelledby="promises-title">
      <h2 id="promises-title">{say("landing.promises")}</h2>
      <dl class="promises">
        {PROMISES.map((promise) => (
          <div key={promise}>
            <dt>{say(`landing.${promise}`)}</dt>
            <dd>{say(`landing.${promise}Text`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Footer(): VNode {
  const { say } = useWords();
  return (
    <footer class="band foot">
      <h2>{say("landing.docs")}</h2>
      <ul>
        <li>
          <a href="/api/openapi.json">{say("landing.openapi")}</a>
        </li>
        <li>
          <a href="/client.js">{say("landing.sdk")}</a>
        </li>
        <li>
          {say("landing.inRepository")} <code>README.md</code>, <code>docs/protocol.md</code>
        </li>
      </ul>
    </footer>
  );
}
