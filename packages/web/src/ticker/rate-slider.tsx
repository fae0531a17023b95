import type { VNode } from "preact";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { RATES, type Ticker } from "./ticker.ts";
import "./rate-slider.css";

/** How many values of each symbol the page asks for, changed while they come. */
export function RateSlider({ ticker }: { readonly ticker: Ticker }): VNode {
  const { say } = useWords();
  const { way, maxRate } = useStore(ticker.view);
  const text = say("ticker.rateValue", { rate: maxRate });
  return (
    <label class="rate-slider">
      <span>{say("ticker.rate")}</span>
      <input
        type="range"
        min={0}
        max={RATES.length - 1}
        step={1}
        value={RATES.findIndex((rate) => rate === maxRate)}
        disabled={way !== "push"}
        aria-valuetext={text}
        onInput={({ currentTarget }) => {
          const rate = RATES[currentTarget.valueAsNumber];
          if (rate !== undefined) ticker.setRate(rate);
        }}
      />
      <output>{text}</output>
    </label>
  );
}
