import type { Attack } from "../attack.ts";
import { apiWithoutKey } from "./api-without-key.ts";
import {
  channelLists,
  hashFlooding,
  pipelining,
  presenceFlood,
  publishFlood,
  unreadAnswers,
} from "./floods.ts";
import { foreignInbox } from "./foreign-inbox.ts";
import { brokenFrames, deflateBombs, endlessFragments, pingFlood } from "./frames.ts";
import { halfOpen } from "./half-open.ts";
import { foreignHost, foreignOrigin } from "./host-and-origin.ts";
import { deepJson, prototypeKeys } from "./json.ts";
import { keyTiming } from "./key-timing.ts";
import { logInjection, secretsInLogs } from "./logs.ts";
import { pathTraversal } from "./path-traversal.ts";
import { posingAsBackend } from "./posing-as-backend.ts";
import { responseSplitting } from "./response-splitting.ts";
import { sessionHijack } from "./sessions.ts";
import { slowloris } from "./slowloris.ts";
import { smuggling, upgradeSmuggling } from "./smuggling.ts";
import { webPage } from "./web-page.ts";

/** Everything that is tried, in the order of the table in SECURITY.md. */
export const ALL_ATTACKS: readonly Attack[] = [
  apiWithoutKey,
  keyTiming,
  foreignInbox,
  sessionHijack,
  posingAsBackend,
  foreignOrigin,
  foreignHost,
  webPage,
  smuggling,
  upgradeSmuggling,
  responseSplitting,
  pathTraversal,
  logInjection,
  secretsInLogs,
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
  slowloris,
  halfOpen,
];
