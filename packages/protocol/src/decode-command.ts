import type { ErrorCode } from "./errors.ts";
import { ERRORS } from "./errors.ts";
import { jsonDepthExceeds } from "./json-depth.ts";
import { MAX_CHANNEL_LENGTH, MAX_JSON_DEPTH } from "./limits.ts";
import { COMMAND_SCHEMAS } from "./messages/command-schemas.ts";
import type { Command } from "./messages/up.ts";
import { isRecord, Problem, type Schema } from "./schema.ts";

/** Why a frame is no command, with what its `error` answer must carry. */
export interface CommandProblem {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  readonly id?: number;
  readonly channel?: string;
}

/** A command, or why the frame is none. */
export type CommandResult = { readonly ok: true; readonly command: Command } | CommandProblem;

/** A Map and not the table itself: a type called `constructor` must find nothing. */
const SCHEMAS: ReadonlyMap<string, Schema<Command>> = new Map(Object.entries(COMMAND_SCHEMAS));
const TYPES = [...SCHEMAS.keys()].join(", ");

/**
 * Reads the text of one frame from a client.
 *
 * Never throws. Unknown fields are dropped, so nothing that a client adds (such as `from`) goes any further. A problem
 * carries the `id` and `channel` of the request where they can be read. The caller has bounded the size of the text.
 */
export function decodeCommand(text: string): CommandResult {
  if (jsonDepthExceeds(text, MAX_JSON_DEPTH)) return failure("too_deep", ERRORS.too_deep.message);
  const message = parseJson(text);
  if (message === undefined) return failure("malformed_json", ERRORS.malformed_json.message);
  if (!isRecord(message)) return failure("bad_request", "A message is a JSON object with a type.");
  const type = message["type"];
  if (typeof type !== "string") return failureOf(message, "invalid_field", "type: must be a string");
  const schema = SCHEMAS.get(type);
  if (schema === undefined) return failureOf(message, "unknown_type", `type: must be one of ${TYPES}`);
  const command = schema.read(message);
  if (command instanceof Problem) return failureOf(message, command.code, command.message);
  return { ok: true, command };
}

/** Undefined when it is not JSON. V8's own explanation quotes the input and is left out. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function failure(code: ErrorCode, message: string): CommandProblem {
  return { ok: false, code, message };
}

function failureOf(
  request: Readonly<Record<string, unknown>>,
  code: ErrorCode,
  message: string,
): CommandProblem {
  const id = request["id"];
  const channel = request["channel"];
  return {
    ...failure(code, message),
    ...(typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? { id } : {}),
    // As sent, so that the client finds its request again even if the name is what was wrong.
    ...(typeof channel === "string" && channel.length <= MAX_CHANNEL_LENGTH ? { channel } : {}),
  };
}
