import type { VNode } from "preact";
import { CopyLine } from "../look/copy-line.tsx";
import { Icon } from "../look/icon.tsx";
import { useWords } from "../look/language.tsx";
import { useStore } from "../look/store.ts";
import type { Backend } from "./backend.ts";
import "./panels.css";

/** Whether comments pass the backend's word filter, and the command that makes them. */
export function FilterPanel({ backend }: { readonly backend: Backend }): VNode {
  const { say } = useWords();
  const { isFiltering } = useStore(backend.view);
  return (
    <section class="panel" aria-labelledby="filter-title">
      <h2 id="filter-title">
        <Icon name="check" />
        {say("danmaku.filter")}
        <span class="panel-state" data-testid="filter" data-on={isFiltering}>
          {say(isFiltering ? "danmaku.filterOn" : "danmaku.filterOff")}
        </span>
      </h2>
      <p>{say(isFiltering ? "danmaku.filterTry" : "danmaku.filterText")}</p>
      {!isFiltering && (
        <>
          <p class="panel-need">{say("danmaku.filterNeeds")}</p>
          <CopyLine
            isFlat
            text="npm start -- --config examples/danmaku/tidewire.yaml"
            label={say("danmaku.filterCommand")}
          />
        </>
      )}
    </section>
  );
}
