import type { VNode } from "preact";
import { DemoPage } from "../look/demo-page.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { EpisodeList } from "./episode-list.tsx";
import { SIDES } from "./episode.ts";
import { HURRIED, type Laboratory } from "./laboratory.ts";
import { PhoneCard } from "./phone-card.tsx";
import { TimelineChart } from "./timeline-chart.tsx";
import { TreatmentButtons } from "./treatment-buttons.tsx";
import "./lockscreen-page.css";

/** The laboratory: two phones, what can be done to them, and what came of it. */
export function LockscreenPage({ laboratory }: { readonly laboratory: Laboratory }): VNode {
  const { say } = useWords();
  const view = useStore(laboratory.view);
  const { phones, sent, treatment, episodes, problem } = view;
  const ended = episodes.find(({ endedAtMs }) => endedAtMs !== undefined);
  const summary = say("lock.chartSummary", {
    sent,
    naiveLost: phones.naive.lost,
    sdkLost: phones.sdk.lost,
  });
  const how = {
    title: say("lock.howTitle"),
    text: say("lock.howText"),
    code: exampleCode(laboratory.channel),
    caption: say("lock.howCaption"),
  };
  return (
    <DemoPage
      title={say("lock.title")}
      headline={say("lock.headline")}
      sentence={say("lock.sentence")}
      how={how}
    >
      {problem !== undefined && (
        <p class="lab-problem" role="alert">
          {say("lock.problem", { problem })}
        </p>
      )}
      <TreatmentButtons laboratory={laboratory} view={view} />
      <div class="lab-phones">
        {SIDES.map((side) => (
          <PhoneCard
            key={side}
            side={side}
            view={phones[side]}
            sent={sent}
            treatment={treatment}
            outcome={ended?.outcomes[side]}
          />
        ))}
      </div>
      <TimelineChart laboratory={laboratory} label={summary} />
      <EpisodeList episodes={episodes} />
      <p class="lab-honest">
        {say("lock.honest", {
          trust: HURRIED.trustHiddenMs / 1000,
          probe: HURRIED.probeTimeoutMs / 1000,
        })}
      </p>
    </DemoPage>
  );
}

function exampleCode(channel: string): string {
  return [
    `const client = new Tidewire("${location.origin}");`,
    `client.subscribe("${channel}").on("message", (message) => show(message.data));`,
    `client.on("state", ({ status }) => showState(status));`,
  ].join("\n");
}
