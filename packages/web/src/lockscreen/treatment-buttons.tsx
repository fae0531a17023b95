import type { VNode } from "preact";
import { Icon, type IconName } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import type { Laboratory, LabView } from "./laboratory.ts";
import type { Treatment } from "./simulated-phone.ts";
import "../look/button.css";

const BUTTONS: readonly (readonly [Treatment, IconName])[] = [
  ["locked", "lock"],
  ["frozen", "pause"],
  ["cut", "unplugged"],
];

interface TreatmentButtonsProps {
  readonly laboratory: Laboratory;
  readonly view: LabView;
}

/** What can be done to both phones, and undone. One thing at a time. */
export function TreatmentButtons({ laboratory, view }: TreatmentButtonsProps): VNode {
  const { say } = useWords();
  const { treatment, isOnCourse, sent } = view;
  const isIdle = sent > 0 && !isOnCourse;
  return (
    <div class="treatment-buttons" role="group" aria-label={say("lock.treatments")}>
      <button
        type="button"
        class="button button-main"
        disabled={!isIdle || treatment !== undefined}
        onClick={() => void laboratory.runCourse()}
      >
        {say(isOnCourse ? "lock.courseRuns" : "lock.course")}
      </button>
      {BUTTONS.map(([each, icon]) => (
        <button
          key={each}
          type="button"
          class="button"
          disabled={!isIdle || (treatment !== undefined && treatment !== each)}
          onClick={() => (treatment === each ? laboratory.end() : laboratory.begin(each))}
        >
          <Icon name={icon} />
          {say(treatment === each && !isOnCourse ? `lock.end.${each}` : `lock.begin.${each}`)}
        </button>
      ))}
    </div>
  );
}
