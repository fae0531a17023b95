import type { Attack } from "../attack.ts";
import { addressFlood } from "./address-limits.ts";
import { apiWithoutKey } from "./api-without-key.ts";
import {
  channelLists,
  hashFlooding,
  pipelining,
  presenceFlood,
  publishFlood,
  unreadAnswers,
} from "./floods.ts";
import { foreignInbox, grantedInbox } from "./foreign-inbox.ts";
import { forgedTokens, impossibleClaims, keyConfusion } from "./forged-tokens.ts";
import { brokenFrames, deflateBombs, endlessFragments, pingFlood } from "./frames.ts";
import { halfOpen } from "./half-open.ts";
import { foreignHost, foreignOrigin, foreignOriginWithToken } from "./host-and-origin.ts";
import { deepJson, prototypeKeys } from "./json.ts";
import { hostileBackend } from "./hostile-backend.ts";
import { keyTiming } from "./key-timing.ts";
import { logInjection, secretsInLogs } from "./logs.ts";
import { oversized } from "./oversized.ts";
import { pathTraversal } from "./path-traversal.ts";
import { posingAsBackend } from "./posing-as-backend.ts";
import { replayAfterExpiry, replayAfterKick, replayAfterRevoking } from "./replays.ts";
import { responseSplitting } from "./response-splitting.ts";
import { scopeEscalation } from "./scopes.ts";
import { sessionHijack } from "./sessions.ts";
import { slowloris } from "./slowloris.ts";
import { smuggling, upgradeSmuggling } from "./smuggling.ts";
import { webPage } from "./web-page.ts";

/** Everything that is tried, in the order of the table in SECURITY.md. */
export const ALL_ATTACKS: readonly Attack[] = [
  apiWithoutKey,
  keyTiming,
  forgedTokens,
  keyConfusion,
  impossibleClaims,
  replayAfterKick,
  replayAfterRevoking,
  replayAfterExpiry,
  scopeEscalation,
  foreignInbox,
  grantedInbox,
  sessionHijack,
  posingAsBackend,
  foreignOrigin,
  foreignOriginWithToken,
  foreignHost,
  webPage,
  smuggling,
  upgradeSmuggling,
  responseSplitting,
  pathTraversal,
  logInjection,
  secretsInLogs,
  oversized,
  brokenFrames,
  endlessFragments,
  deflateBombs,
  pingFlood,
  deepJson,
  prototypeKeys,
  channelLists,
  presenceFlood,
  publishFlood,
  unreadAnswers,
  pipelining,
  hashFlooding,
  hostileBackend,
  slowloris,
  halfOpen,
  addressFlood,
];
