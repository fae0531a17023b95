import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../look/language.tsx";
import { useMedia } from "../look/use-media.ts";
import { drawTimeline, type Ink } from "./draw-timeline.ts";
import { SIDES } from "./episode.ts";
import type { Laboratory } from "./laboratory.ts";
import { SIDE_NAMES } from "./side-names.ts";
import "./timeline-chart.css";

/** What is explained below the chart, in this order; the colours of the drawing are those of the legend. */
const LEGEND = ["heard", "filled", "lost", "awaited"] as const;

/** What the chart shows at once, in seconds. */
const WINDOW_S = { wide: 60, narrow: 24 } as const;

interface TimelineChartProps {
  readonly laboratory: Laboratory;
  /** What a screen reader says in place of the drawing. */
  readonly label: string;
}

/** Every message of the last minute on both sides, where it was sent, and what became of it. */
export function TimelineChart({ laboratory, label }: TimelineChartProps): VNode {
  const { say } = useWords();
  const isNarrow = useMedia("(max-width: 759px)");
  const isStill = useMedia("(prefers-reduced-motion: reduce)");
  const windowS = isNarrow ? WINDOW_S.narrow : WINDOW_S.wide;
  const legend = useRef<HTMLUListElement>(null);
  const lanes = { naive: useRef<HTMLCanvasElement>(null), sdk: useRef<HTMLCanvasElement>(null) };
  useEffect(() => {
    const draw = (): void => {
      if (legend.current === null) return;
      const ink = inkOf(legend.current);
      for (const side of SIDES) {
        const canvas = lanes[side].current;
        if (canvas !== null) drawTimeline(canvas, { laboratory, side, ink, windowMs: windowS * 1000 });
      }
    };
    return isStill ? everySecond(draw) : everyFrame(draw);
  }, [laboratory, windowS, isStill]);
  return (
    <figure class="timeline-chart">
      <div role="img" aria-label={label}>
        {SIDES.map((side) => (
          <div key={side} class="timeline-lane">
            <span>{SIDE_NAMES[side]}</span>
            <canvas ref={lanes[side]} />
          </div>
        ))}
        <p class="timeline-axis">
          <span>{say("lock.secondsAgo", { count: windowS })}</span>
          <span>{say("lock.secondsAgo", { count: windowS / 2 })}</span>
          <span>{say("lock.now")}</span>
        </p>
      </div>
      <ul class="timeline-legend" ref={legend}>
        {LEGEND.map((fate) => (
          <li key={fate} class={`fate fate-${fate}`}>
            {say(`lock.${fate}`)}
          </li>
        ))}
        <li class="fate fate-treated">{say("lock.treated")}</li>
      </ul>
      <figcaption>{say("lock.chartCaption")}</figcaption>
    </figure>
  );
}

/** The drawing takes its colours from the legend, which the theme colours. */
function inkOf(legend: HTMLUListElement): Ink {
  const colourOf = (fate: string): string => {
    const item = legend.querySelector(`.fate-${fate}`);
    return item === null ? "gray" : getComputedStyle(item, "::before").color;
  };
  return {
    heard: colourOf("heard"),
    filled: colourOf("filled"),
    lost: colourOf("lost"),
    awaited: colourOf("awaited"),
    treated: colourOf("treated"),
  };
}

function everyFrame(draw: () => void): () => void {
  let frame = 0;
  const next = (): void => {
    draw();
    frame = requestAnimationFrame(next);
  };
  next();
  return () => cancelAnimationFrame(frame);
}

function everySecond(draw: () => void): () => void {
  draw();
  const timer = setInterval(draw, 1000);
  return () => clearInterval(timer);
}
