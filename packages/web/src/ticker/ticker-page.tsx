import type { VNode } from "preact";
import { DemoPage } from "../look/demo-page.tsx";
import { useWords } from "../look/language.tsx";
import { BoardTable } from "./board-table.tsx";
import { Comparison } from "./comparison.tsx";
import { FeederNotice } from "./feeder-notice.tsx";
import { MARKET_CHANNEL, type Ticker } from "./ticker.ts";
import "./ticker-page.css";

/** Prices that move, and the ways in which they can come to a page. */
export function TickerPage({ ticker }: { readonly ticker: Ticker }): VNode {
  const { say } = useWords();
  const how = {
    title: say("look.how"),
    text: say("ticker.howText"),
    code: exampleCode(),
    caption: say("ticker.howCaption"),
  };
  return (
    <DemoPage
      title={say("ticker.title")}
      headline={say("ticker.headline")}
      sentence={say("ticker.sentence")}
      how={how}
    >
      <div class="ticker-stage">
        <Comparison ticker={ticker} />
        <FeederNotice ticker={ticker} />
        <BoardTable ticker={ticker} />
      </div>
    </DemoPage>
  );
}

function exampleCode(): string {
  return [
    `const prices = new Tidewire("${location.origin}").subscribe("${MARKET_CHANNEL}");`,
    `prices.on("message", ({ key, data }) => show(key, data.price));`,
    `slider.oninput = () => prices.setRate(slider.valueAsNumber);`,
  ].join("\n");
}
