import { type AccessMode, accessModeOf } from "../../config/access-mode.ts";
import { ChannelRules, type ExplainedOption } from "../../config/channel-rules.ts";
import type { LoadedConfig } from "../../config/config.ts";
import type { ClientActor } from "../../policy/actor.ts";
import { type ExplainedPermissions, explainPermissions } from "../../policy/explain-permission.ts";
import { table } from "../table.ts";

/** What there is to know about one channel and one client. */
export interface ChannelExplanation {
  readonly channel: string;
  readonly mode: AccessMode;
  readonly options: readonly (ExplainedOption & {
    /** The source for people: the rule and its pattern, with file and line. */
    readonly from: string;
  })[];
  /** null: somebody without a name. */
  readonly user: string | null;
  readonly may: ExplainedPermissions;
}

/** Finds out each option of a channel with the rule it comes from, and what this client may do there. */
export function explainChannel(
  channel: string,
  config: LoadedConfig,
  client: ClientActor,
): ChannelExplanation {
  const { values } = config;
  const rules = new ChannelRules(values);
  const mode = accessModeOf(values);
  return {
    channel,
    mode,
    options: rules.explain(channel).map((option) => ({ ...option, from: placeOf(option, config) })),
    user: client.user,
    may: explainPermissions(client, channel, rules.resolve(channel), mode),
  };
}

const ACTIONS = ["subscribe", "publish", "history", "presence"] as const;

/** What `config explain` prints for people. */
export function explainReport({ channel, mode, options, user, may }: ChannelExplanation): readonly string[] {
  const permissions = ACTIONS.map((action) => {
    const { allowed, why } = may[action];
    return [action, allowed === "ask" ? "ask" : allowed ? "yes" : "no", why];
  });
  const note =
    "  Open mode: everybody may subscribe and publish, except to channels for nobody and to other users' inboxes.";
  return [
    channel,
    "",
    ...table(options.map(({ option, value, from }) => [option, value, from])),
    "",
    `${user === null ? "A client without a name" : `The user ${user}`} may here:`,
    "",
    ...table(permissions),
    ...(mode === "open" ? ["", note] : []),
  ];
}

function placeOf({ option, source }: ExplainedOption, { sources, lineOf }: LoadedConfig): string {
  if (source.kind === "default") return "default";
  if (source.kind === "built-in") return `${source.name} (${source.match})`;
  const rule = `channels[${source.index}]`;
  const list = sources.get("channels") ?? { kind: "default" };
  if (list.kind === "default") return `${rule} (${source.match})`;
  const line = lineOf(`${rule}.${option}`);
  return `${rule} (${source.match}) in ${list.name}${line === null ? "" : `:${line}`}`;
}
