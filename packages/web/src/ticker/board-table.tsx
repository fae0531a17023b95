import type { VNode } from "preact";
import { useRef } from "preact/hooks";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import { useMedia } from "../look/use-media.ts";
import { SPARK_WINDOW_MS } from "./board.ts";
import { QuoteRow } from "./quote-row.tsx";
import type { Ticker } from "./ticker.ts";
import { useInk } from "./use-ink.ts";
import "./board-table.css";

/** A phone shows one symbol in a row, a wider screen several. */
const SPARK_SIZES = { narrow: { width: 112, height: 28 }, wide: { width: 56, height: 28 } } as const;

/** All prices, as a table that looks like a wall of tiles where there is room. */
export function BoardTable({ ticker }: { readonly ticker: Ticker }): VNode {
  const { say } = useWords();
  const symbols = useStore(ticker.board.symbols);
  const up = useRef<HTMLSpanElement>(null);
  const down = useRef<HTMLSpanElement>(null);
  const ink = useInk(up, down);
  const size = useMedia("(max-width: 759px)") ? SPARK_SIZES.narrow : SPARK_SIZES.wide;
  return (
    <section class="board" aria-labelledby="board-title">
      <header>
        <h2 id="board-title">{say("ticker.board", { count: symbols.length })}</h2>
        <p class="board-legend">
          <span ref={up} data-trend="up">
            {say("ticker.up")}
          </span>
          <span ref={down} data-trend="down">
            {say("ticker.down")}
          </span>
        </p>
      </header>
      <table>
        <thead class="unseen">
          <tr>
            <th scope="col">{say("ticker.symbol")}</th>
            <th scope="col">{say("ticker.spark", { count: SPARK_WINDOW_MS / 1000 })}</th>
            <th scope="col">{say("ticker.price")}</th>
            <th scope="col">{say("ticker.change")}</th>
          </tr>
        </thead>
        <tbody>
          {symbols.map((symbol) => (
            <QuoteRow key={symbol} board={ticker.board} symbol={symbol} ink={ink} size={size} />
          ))}
        </tbody>
      </table>
    </section>
  );
}
