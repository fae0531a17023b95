import type { VNode } from "preact";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { StatePill } from "../look/state-pill.tsx";
import type { Outcome, Side } from "./episode.ts";
import type { PhoneView } from "./laboratory.ts";
import { formatSeconds } from "./seconds.ts";
import { SIDE_NAMES } from "./side-names.ts";
import type { Treatment } from "./simulated-phone.ts";
import "./phone-card.css";

interface PhoneCardProps {
  readonly side: Side;
  readonly view: PhoneView;
  readonly sent: number;
  /** What is being done to it. */
  readonly treatment: Treatment | undefined;
  /** What came of the last thing that was done. */
  readonly outcome: Outcome | undefined;
}

const TREATMENT_ICONS = { locked: "lock", frozen: "pause", cut: "unplugged" } as const;

/** One phone: what its client believes, and what it has heard. */
export function PhoneCard({ side, view, sent, treatment, outcome }: PhoneCardProps): VNode {
  const { say, language } = useWords();
  const { connection, received, missing, lost, repeated, said } = view;
  const recoveredInMs = outcome?.recoveredInMs;
  const count = (number: number): string => number.toLocaleString(language);
  return (
    <section class={`phone-card phone-card-${side}`} aria-labelledby={`${side}-title`}>
      <header>
        <h2 id={`${side}-title`}>{SIDE_NAMES[side]}</h2>
        <span data-testid={`${side}-state`}>
          <StatePill view={connection} />
        </span>
      </header>
      <p class="phone-about">{say(side === "naive" ? "lock.naiveAbout" : "lock.sdkAbout")}</p>
      <dl>
        <Fact name={say("lock.sent")} id={`${side}-sent`} value={count(sent)} />
        <Fact name={say("lock.received")} id={`${side}-received`} value={count(received)} />
        <Fact
          name={say("lock.missing")}
          id={`${side}-missing`}
          value={count(missing)}
          tone={missing > 1 ? "waiting" : ""}
        />
        <Fact
          name={say("lock.lostCount")}
          id={`${side}-lost`}
          value={count(lost)}
          tone={lost > 0 ? "lost" : ""}
        />
        <Fact
          name={say("lock.repeated")}
          id={`${side}-repeated`}
          value={count(repeated)}
          tone={repeated > 0 ? "lost" : ""}
        />
        <Fact
          name={say("lock.recoveredIn")}
          id={`${side}-recovered`}
          value={recoveredInMs === undefined ? "–" : formatSeconds(recoveredInMs, say, language)}
        />
      </dl>
      <div class="phone-foot">
        <p class="phone-treatment" data-treatment={treatment}>
          <Icon name={treatment === undefined ? "check" : TREATMENT_ICONS[treatment]} />
          {say(treatment === undefined ? "lock.isWell" : `lock.is.${treatment}`)}
        </p>
        {said !== undefined && (
          <p class="phone-said" data-testid={`${side}-said`}>
            <Icon name="terminal" />
            <bdi>{said}</bdi>
          </p>
        )}
      </div>
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly id: string;
  readonly value: string;
  readonly tone?: "" | "waiting" | "lost";
}

function Fact({ name, id, value, tone = "" }: FactProps): VNode {
  return (
    <div class="phone-fact" data-tone={tone}>
      <dt>{name}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  );
}
