import type { VNode } from "preact";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import { useStore } from "../look/store.ts";
import { bytesText, FIGURES, type FigureName, figureText } from "./figure-texts.ts";
import { RateSlider } from "./rate-slider.tsx";
import { type Ticker, type Way, WAYS } from "./ticker.ts";
import "./comparison.css";

/** The switch between the ways, and below each what it costs. */
export function Comparison({ ticker }: { readonly ticker: Ticker }): VNode {
  const { say } = useWords();
  const { connection, feeder, way } = useStore(ticker.view);
  return (
    <section class="comparison" aria-labelledby="comparison-title">
      <header>
        <h2 id="comparison-title">
          <Icon name="shuffle" />
          {say("ticker.comparison")}
        </h2>
        <StatePill view={connection} />
      </header>
      <table>
        <thead>
          <tr>
            <td />
            {WAYS.map((each) => (
              <th key={each} scope="col" data-chosen={each === way}>
                <label>
                  <input
                    type="radio"
                    name="way"
                    checked={each === way}
                    disabled={each !== "push" && feeder === "none"}
                    onChange={() => ticker.choose(each)}
                  />
                  <span>{say(`ticker.way.${each}`)}</span>
                </label>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {FIGURES.map((name) => (
            <tr key={name}>
              <th scope="row">{say(`ticker.figure.${name}`)}</th>
              {WAYS.map((each) => (
                <FigureCell key={each} ticker={ticker} name={name} way={each} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <RateSlider ticker={ticker} />
      <p class="comparison-note">{say("ticker.note")}</p>
    </section>
  );
}

interface FigureCellProps {
  readonly ticker: Ticker;
  readonly name: FigureName;
  readonly way: Way;
}

function FigureCell({ ticker, name, way }: FigureCellProps): VNode {
  const { say, language } = useWords();
  const { way: chosen, figures: all } = useStore(ticker.view);
  const figures = all[way];
  return (
    <td data-chosen={way === chosen} data-testid={`${way}-${name}`}>
      {figureText(name, figures, language)}
      {name === "bytes" && figures !== undefined && (
        <small>{say("ticker.inAll", { amount: bytesText(figures.bytes, language) })}</small>
      )}
    </td>
  );
}
