import type { ComponentType } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useWords } from "../look/language.tsx";
import { memo } from "../look/memo.ts";
import { type Store, useStore } from "../look/store.ts";
import type { Board, Trace } from "./board.ts";
import { drawSparkline, type SparkSize } from "./draw-sparkline.ts";
import { changeText, priceText } from "./price-texts.ts";
import type { Ink } from "./use-ink.ts";

interface QuoteRowProps {
  readonly board: Board;
  readonly symbol: string;
  readonly ink: Ink;
  readonly size: SparkSize;
}

const TRENDS = { "-1": "down", "0": "even", "1": "up" } as const;
const SIGNS = { down: "▼", even: "", up: "▲" } as const;

/** One symbol. It is drawn again only when its own price is another, or the colours are. */
export const QuoteRow: ComponentType<QuoteRowProps> = memo(({ board, symbol, ink, size }: QuoteRowProps) => {
  const trace = board.trace(symbol);
  return trace === undefined ? null : <Row symbol={symbol} store={trace} ink={ink} size={size} />;
});

interface RowProps {
  readonly symbol: string;
  readonly store: Store<Trace>;
  readonly ink: Ink;
  readonly size: SparkSize;
}

const Row = memo(({ symbol, store, ink, size }: RowProps) => {
  const { say, language } = useWords();
  const trace = useStore(store);
  const { quote, direction, changes } = trace;
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDown = quote.price < quote.open;
  const lineInk = isDown ? ink.down : ink.up;
  useLayoutEffect(() => {
    if (canvas.current !== null) drawSparkline(canvas.current, { points: trace.points, ink: lineInk, size });
  }, [trace, lineInk, size]);
  const moved = TRENDS[direction];
  return (
    <tr class="quote" data-testid="quote" data-symbol={symbol}>
      <th scope="row">{symbol}</th>
      <td class="quote-line">
        <canvas ref={canvas} aria-hidden="true" />
      </td>
      <td class="quote-price" data-trend={moved} data-flash={direction === 0 ? undefined : changes % 2}>
        <span class="quote-sign" aria-hidden="true">
          {SIGNS[moved]}
        </span>
        {moved !== "even" && <span class="unseen">{say(`ticker.moved.${moved}`)} </span>}
        <span data-testid="price">{priceText(quote.price, language)}</span>
      </td>
      <td class="quote-change" data-trend={isDown ? "down" : "up"}>
        {changeText(quote.price / quote.open - 1, language)}
      </td>
    </tr>
  );
});
