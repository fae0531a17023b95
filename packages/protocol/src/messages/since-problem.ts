import type { SubscribeSince } from "../position.ts";
import { Problem } from "../schema.ts";

/** Says why what is asked for cannot start there; undefined when it can. */
export function sinceProblem(
  hasPattern: boolean,
  isList: boolean,
  since: SubscribeSince | undefined,
): Problem | undefined {
  if (since === undefined) return undefined;
  const isPosition = typeof since === "object" && "offset" in since;
  if (hasPattern && (isPosition || since === "earliest" || "last" in since)) {
    return new Problem(PATTERN, "invalid_since", "since");
  }
  return isList && isPosition ? new Problem(LIST, "invalid_since", "since") : undefined;
}

const PATTERN =
  'a pattern starts at {"time":…,"positions":{…}}: each channel after its position, the others at that time';
const LIST = 'must be {"positions":{…}} with the position of each channel, "earliest" or {"last":20}';
