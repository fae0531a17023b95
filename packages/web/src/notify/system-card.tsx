import type { VNode } from "preact";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { SystemNotices } from "./system-notices.ts";
import "../look/button.css";
import "./system-card.css";

/** The browser as one more device: asks for the permission, by a click, to show notifications of the system. */
export function SystemCard({ system }: { readonly system: SystemNotices }): VNode {
  const { say } = useWords();
  const { permission, isOn, shown } = useStore(system.view);
  const isPossible = permission === "default" || permission === "granted";
  return (
    <section class="system-card" aria-labelledby="system-title">
      <h2 id="system-title">
        <Icon name="bell" />
        {say("notify.system")}
      </h2>
      <p data-testid="system" data-permission={permission}>
        {say(`notify.system.${permission}`)}
      </p>
      {isPossible && (
        <div class="system-row">
          <button
            type="button"
            class="button button-small"
            onClick={() => (isOn ? system.switchOff() : void system.switchOn())}
          >
            {say(isOn ? "notify.system.off" : "notify.system.on")}
          </button>
          <span role="status" data-testid="system-shown">
            {isOn ? say("notify.system.shown", { count: shown }) : ""}
          </span>
        </div>
      )}
    </section>
  );
}
