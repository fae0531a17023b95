import type { VNode } from "preact";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { Meter } from "./meter.ts";
import "./figure-row.css";

/** What comes, what is left out, and how smoothly it is drawn. */
export function FigureRow({ meter }: { readonly meter: Meter }): VNode {
  const { say, language } = useWords();
  const { writtenPerS, receivedPerS, framesPerS, dropped, crowdedOut } = useStore(meter.view);
  const number = new Intl.NumberFormat(language);
  const figures = [
    { name: "written", value: writtenPerS, unit: say("danmaku.perSecond") },
    { name: "received", value: receivedPerS, unit: say("danmaku.perSecond") },
    { name: "dropped", value: dropped, unit: "" },
    { name: "crowdedOut", value: crowdedOut, unit: "" },
    { name: "frames", value: framesPerS, unit: say("danmaku.perSecond") },
  ] as const;
  return (
    <section class="figures" aria-labelledby="figures-title">
      <h2 id="figures-title" class="unseen">
        {say("danmaku.figures")}
      </h2>
      <dl>
        {figures.map(({ name, value, unit }) => (
          <div key={name}>
            <dt>{say(`danmaku.figure.${name}`)}</dt>
            <dd>
              <span data-testid={name} data-value={value}>
                {number.format(value)}
              </span>
              {unit !== "" && <small>{unit}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
