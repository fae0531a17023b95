import {
  anyJson,
  arrayOf,
  channelName,
  type JsonValue,
  messageId,
  messageKey,
  objectOf,
  optional,
  type Priority,
  Problem,
  priority,
  serverId,
  userId,
} from "@tidewire/protocol";
import { type JsonText, memberJson } from "./json-text.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { resolveTargets, type Targets } from "./targets.ts";

/** What a backend wants to say, without to whom. */
export interface PushContent {
  readonly dataJson: string;
  /** null: the backend gave none, and the server makes one. */
  readonly id: string | null;
  readonly key: string | null;
  readonly priority: "high" | null;
  /** The public id of a connection that does not get it. */
  readonly exclude: string | null;
}

/** What a backend wants to say, and the channels that it goes to: at least one, each once. */
export interface PushItem extends PushContent {
  readonly channels: readonly string[];
  /** Whether the backend named a list, which may have one entry: then the answer is a list, too. */
  readonly isList: boolean;
}

interface OptionFields {
  readonly id?: string;
  readonly key?: string;
  readonly priority?: Priority;
  readonly exclude?: string;
}

interface ContentFields extends OptionFields {
  readonly data: JsonValue;
}

/** Targets of which those that are not given are absent. */
type GivenTargets = { readonly [Name in keyof Targets]?: Exclude<Targets[Name], undefined> };

const OPTION_FIELDS = {
  id: optional(messageId),
  key: optional(messageKey),
  priority: optional(priority),
  exclude: optional(serverId),
};

const OPTIONS = objectOf<OptionFields>(OPTION_FIELDS);

const CONTENT = objectOf<ContentFields>({ data: anyJson, ...OPTION_FIELDS });

const TARGETS = objectOf<GivenTargets>({
  channel: optional(channelName),
  channels: optional(arrayOf(channelName)),
  user: optional(userId),
  users: optional(arrayOf(userId)),
});

/**
 * Reads `data`, `id`, `key`, `priority` and `exclude` of a backend's JSON object; other fields are ignored.
 *
 * `value` is what `JSON.parse` made of `json`. The data is taken from the text, so its numbers stay as they were written.
 */
export function readPushContent(value: unknown, json: JsonText): PushContent | Refusal {
  const fields = CONTENT.read(value);
  if (fields instanceof Problem) return refuse(fields.code, fields.message);
  const dataJson = memberJson(json, "data");
  if (dataJson === undefined) return refuse("invalid_field", "data: must be present; any JSON value will do");
  return contentOf(fields, dataJson);
}

/** Reads `id`, `key`, `priority` and `exclude` of a program that has its data as text. */
export function readPushOptions(value: unknown, dataJson: string): PushContent | Refusal {
  const fields = OPTIONS.read(value);
  return fields instanceof Problem ? refuse(fields.code, fields.message) : contentOf(fields, dataJson);
}

function contentOf({ id, key, priority: urgency, exclude }: OptionFields, dataJson: string): PushContent {
  return {
    dataJson,
    id: id ?? null,
    key: key ?? null,
    priority: urgency === "high" ? "high" : null,
    exclude: exclude ?? null,
  };
}

/**
 * Reads a push with exactly one of `channel`, `channels`, `user` and `users`, as a batch or a raw TCP line holds it.
 *
 * A list may have `maxTargets` entries.
 */
export function readPushItem(value: unknown, json: JsonText, maxTargets: number): PushItem | Refusal {
  const fields = TARGETS.read(value);
  if (fields instanceof Problem) return refuse(fields.code, fields.message);
  const targets = resolveTargets(fields, maxTargets);
  if (!targets.ok) return targets;
  const content = readPushContent(value, json);
  if ("code" in content) return content;
  // Field by field: spreading an object costs several times as much, and this is done for every message.
  const { dataJson, id, key, priority: urgency, exclude } = content;
  const { channels, isList } = targets;
  return { dataJson, id, key, priority: urgency, exclude, channels, isList };
}
