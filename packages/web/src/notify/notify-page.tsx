import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { DemoPage } from "../look/demo-page.tsx";
import { useWords } from "../look/language.tsx";
import type { Say } from "../look/words.ts";
import { ConsolePanel } from "./console-panel.tsx";
import { BackendConsole } from "./console.ts";
import { DeviceCard } from "./device-card.tsx";
import type { Device } from "./device.ts";
import { draft } from "./drafts.ts";
import { type Owned, PEOPLE, READER } from "./people.ts";
import { SystemCard } from "./system-card.tsx";
import type { SystemNotices } from "./system-notices.ts";
import "./notify-page.css";

interface NotifyPageProps {
  readonly devices: readonly { readonly owned: Owned; readonly device: Device }[];
  readonly system: SystemNotices;
}

/** A backend's console, and everybody's devices. */
export function NotifyPage({ devices, system }: NotifyPageProps): VNode {
  const { say } = useWords();
  // What was written in one language stays: a change of language leaves drafts and what was pushed alone.
  const backend = useMemo(() => openConsole(say), []);
  const how = {
    title: say("look.how"),
    text: say("notify.howText"),
    code: exampleCode(),
    caption: say("notify.howCaption"),
  };
  return (
    <DemoPage
      title={say("notify.title")}
      headline={say("notify.headline")}
      sentence={say("notify.sentence")}
      how={how}
    >
      <div class="notify-stage">
        <ConsolePanel backend={backend} />
        <div class="notify-devices">
          {devices.map(({ owned, device }) => (
            <DeviceCard key={owned.id} owned={owned} device={device} />
          ))}
        </div>
        <SystemCard system={system} />
      </div>
    </DemoPage>
  );
}

function openConsole(say: Say): BackendConsole {
  const backend = new BackendConsole(location.origin, draft(0, say));
  void backend.sendSamples([
    { to: PEOPLE, title: say("notify.sample.welcome.title"), text: say("notify.sample.welcome.text") },
    { to: [READER], title: say("notify.sample.parcel.title"), text: say("notify.sample.parcel.text") },
  ]);
  return backend;
}

function exampleCode(): string {
  return [
    `const inbox = new Tidewire("${location.origin}", { user: "ada" }).subscribe("@ada");`,
    `inbox.on("message", ({ data }) => show(data.title, data.text));`,
    `readButton.onclick = () => inbox.ack(inbox.position.offset);`,
  ].join("\n");
}
