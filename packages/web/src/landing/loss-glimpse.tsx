import type { VNode } from "preact";
import "./glimpse.css";
import "./loss-glimpse.css";

const MARKS = Array.from({ length: 14 }, (_, index) => index);

/** Which of the marks stand for messages that were missed. */
function isMissed(mark: number): boolean {
  return mark >= 5 && mark <= 9;
}

/** A glimpse of the laboratory's chart: above messages are lost, below they are filled in. Decorative. */
export function LossGlimpse(): VNode {
  return (
    <svg class="glimpse" viewBox="0 0 104 40" aria-hidden="true">
      {MARKS.map((mark) => {
        const x = 3 + mark * 7.5;
        const missed = isMissed(mark);
        return (
          <g key={mark}>
            <path class={missed ? "loss-lost" : "loss-heard"} d={`M${x} 17v${missed ? -4 : -11}`} />
            <path class={missed ? "loss-filled" : "loss-heard"} d={`M${x} 37v${missed ? -15 : -11}`} />
          </g>
        );
      })}
    </svg>
  );
}
