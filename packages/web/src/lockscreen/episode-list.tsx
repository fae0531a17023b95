import type { VNode } from "preact";
import { useWords } from "../look/language.tsx";
import { type Episode, type Side, SIDES } from "./episode.ts";
import { formatSeconds } from "./seconds.ts";
import { SIDE_NAMES } from "./side-names.ts";
import "./episode-list.css";

/** What was done, and what came of it on each side, newest first. */
export function EpisodeList({ episodes }: { readonly episodes: readonly Episode[] }): VNode {
  const { say } = useWords();
  return (
    <section class="episodes" aria-labelledby="episodes-title">
      <h2 id="episodes-title">{say("lock.episodes")}</h2>
      {episodes.length === 0 ? (
        <p class="episodes-none">{say("lock.noEpisodes")}</p>
      ) : (
        <ol aria-live="polite">
          {episodes.map((episode) => (
            <EpisodeRow key={episode.number} episode={episode} />
          ))}
        </ol>
      )}
    </section>
  );
}

function EpisodeRow({ episode }: { readonly episode: Episode }): VNode {
  const { say, language } = useWords();
  const { treatment, beganAtMs, endedAtMs } = episode;
  const title =
    endedAtMs === undefined
      ? say(`lock.is.${treatment}`)
      : say(`lock.was.${treatment}`, { duration: formatSeconds(endedAtMs - beganAtMs, say, language) });
  return (
    <li class="episode" data-testid="episode">
      <h3>{title}</h3>
      <dl>
        {SIDES.map((side) => (
          <div key={side}>
            <dt>{SIDE_NAMES[side]}</dt>
            <OutcomeText episode={episode} side={side} />
          </div>
        ))}
      </dl>
    </li>
  );
}

function OutcomeText({ episode, side }: { readonly episode: Episode; readonly side: Side }): VNode {
  const { say, language } = useWords();
  const { filled, lost, recoveredInMs } = episode.outcomes[side];
  if (episode.endedAtMs === undefined) return <dd>{say("lock.away")}</dd>;
  if (recoveredInMs === undefined) return <dd>{say("lock.recovering")}</dd>;
  const back = say("lock.backAfter", { duration: formatSeconds(recoveredInMs, say, language) });
  const what =
    lost > 0 ? say("lock.lostMessages", { count: lost }) : say("lock.filledMessages", { count: filled });
  return (
    <dd data-testid={`outcome-${side}`}>
      <strong class={lost > 0 ? "episode-lost" : "episode-filled"}>{what}</strong> {back}
    </dd>
  );
}
