import type { VNode } from "preact";
import { CopyLine } from "../look/copy-line.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { exampleLine } from "../look/terminal-line.ts";
import { useMedia } from "../look/use-media.ts";
import { FEEDER_PROGRAM, type Ticker } from "./ticker.ts";
import "./feeder-notice.css";

/** Who makes the prices, and the command that starts a process which does. */
export function FeederNotice({ ticker }: { readonly ticker: Ticker }): VNode {
  const { say } = useWords();
  const isNarrow = useMedia("(max-width: 759px)");
  const { feeder, problem } = useStore(ticker.view);
  return (
    <section class="feeder-notice" aria-labelledby="feeder-title" data-testid="feeder" data-feeder={feeder}>
      <h2 id="feeder-title">
        <Icon name="terminal" />
        {say("ticker.feeder")}
      </h2>
      <div role="status">
        <p class="feeder-state">{say(`ticker.feeder.${feeder}`)}</p>
        {problem !== undefined && <p class="feeder-problem">{say("ticker.problem", { problem })}</p>}
      </div>
      <p>{say(`ticker.feederText.${feeder}`)}</p>
      <CopyLine text={exampleLine(location.origin, FEEDER_PROGRAM)} label={say("ticker.command")} />
      <details open={!isNarrow}>
        <summary>{say("ticker.honestTitle")}</summary>
        <p>{say("ticker.honest")}</p>
      </details>
    </section>
  );
}
