import Type from "typebox";
import { type Command, Option } from "commander";
import { command, printsJson, withExamples, withJson } from "../command.ts";
import { type Input, lineBatches } from "../input.ts";
import { collect } from "../settings-options.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type RemotePorts, serverApi, withServer } from "./remote-command.ts";
import type { ServerApi } from "./server-api.ts";
import type { TargetOptions } from "./server-target.ts";

const EXAMPLES = [
  [`tidewire publish news '{"text":"hi"}'`, "one message to a channel"],
  [`tidewire publish --user ann 'Your order is on its way' --text`, "a text to a user, on all devices"],
  [
    `printf '%s\\n' 1 2 3 | tidewire publish numbers --id run-1`,
    "each line of another program's output, repeatable",
  ],
] as const;

interface PublishOptions extends TargetOptions {
  readonly user?: readonly string[];
  readonly text?: boolean;
  readonly key?: string;
  readonly priority?: string;
  readonly id?: string;
  readonly exclude?: string;
}

/** Messages in one request; the server's default allows more. */
const BATCH_MESSAGES = 500;

const PUBLISHED = Type.Object({
  channel: Type.String(),
  epoch: Type.Optional(Type.String()),
  offset: Type.Optional(Type.Integer()),
  id: Type.String(),
  duplicate: Type.Boolean(),
  subscribers: Type.Integer(),
});
const REFUSED = Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) });
const ONE = Type.Union([PUBLISHED, REFUSED]);
const RESULTS = Type.Object({
  results: Type.Array(Type.Union([ONE, Type.Object({ results: Type.Array(ONE) })])),
});

type Result = Type.Static<typeof ONE>;

/** `tidewire publish`: pushes one message, or each line of standard input. */
export function publishCommand(ports: RemotePorts & { readonly input: Input }): Command {
  const publish = command("publish", "Push a message to channels or users, by a running server.")
    .argument("[channel]", "The channel, or several between commas; none with --user.")
    .argument("[data]", "The message, as JSON. Without it each line of standard input is one.")
    .option("--user <ids>", "Push to the inboxes of these users instead; may be repeated.", collect)
    .option("--text", "Take the data for a text rather than for JSON.")
    .option("--key <key>", "What the message is about (key).")
    .addOption(
      new Option("--priority <priority>", "How important it is (priority).").choices(["normal", "high"]),
    )
    .option(
      "--id <id>",
      "Make it repeatable: what was stored under this id is not stored again. Line i of several has ID:i.",
    )
    .option("--exclude <connection>", "The connection that does not get it (exclude).");
  return withExamples(withServer(withJson(publish), { needsKey: true }), EXAMPLES).action(
    (first: string | undefined, second: string | undefined, options: PublishOptions) =>
      ports.run(async () => {
        const { target, data } = addressed(first, second, options);
        const api = await serverApi(options, ports);
        const say = sayer(options, ports.terminal);
        if (data !== undefined) return push(api, [messageOf(target, data, options, options.id)], say);
        return pushLines(api, target, options, ports, say);
      }),
  );
}

interface Target {
  readonly channels?: readonly string[];
  readonly users?: readonly string[];
}

function addressed(
  first: string | undefined,
  second: string | undefined,
  { user }: PublishOptions,
): { readonly target: Target; readonly data: string | undefined } {
  if (user !== undefined) {
    if (second === undefined) return { target: { users: user }, data: first };
    throw new UsageError("Name either a channel or --user. The data alone follows --user.");
  }
  if (first !== undefined) return { target: { channels: first.split(",") }, data: second };
  throw new UsageError(`Name a channel, as in: tidewire publish news '{"text":"hi"}'`);
}

async function pushLines(
  api: ServerApi,
  target: Target,
  options: PublishOptions,
  { input, terminal }: RemotePorts & { readonly input: Input },
  say: Say,
): Promise<number> {
  if (input.isInteractive) terminal.complain("Each line is a message. Ctrl-D ends.");
  let status = 0;
  let line = 0;
  for await (const lines of lineBatches(input.chunks(), BATCH_MESSAGES)) {
    const messages = lines.map((data) => {
      const id = options.id === undefined ? undefined : `${options.id}:${line}`;
      line += 1;
      return messageOf(target, data, options, id);
    });
    status = Math.max(status, await push(api, messages, say));
  }
  return status;
}

/** A message of a batch as JSON. The data stays as it was written: numbers keep all of their digits. */
function messageOf(
  { channels, users }: Target,
  data: string,
  { text, key, priority, exclude }: PublishOptions,
  id: string | undefined,
): string {
  const fields = JSON.stringify({ channels, users, key, priority, exclude, id });
  return `${fields.slice(0, -1)},"data":${text === true ? JSON.stringify(data) : checkedJson(data)}}`;
}

function checkedJson(data: string): string {
  try {
    JSON.parse(data);
    return data;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new UsageError(
      `The data is not JSON (${reason}). Write it as '{"text":"hi"}', or push a text with --text.`,
      { cause },
    );
  }
}

/** Pushes a batch; 1 when the server refuses one of its messages. */
async function push(api: ServerApi, messages: readonly string[], say: Say): Promise<number> {
  const body = `{"messages":[${messages.join(",")}]}`;
  const { results } = await api.call("POST", "/api/publish", RESULTS, body);
  const all = results.flatMap((one) => ("results" in one ? one.results : [one]));
  for (const one of all) say(one);
  return all.some((one) => "error" in one) ? 1 : 0;
}

type Say = (result: Result) => void;

function sayer(options: PublishOptions, terminal: Terminal): Say {
  if (printsJson(options, terminal)) return (result) => terminal.print(JSON.stringify(result));
  return (result) => {
    if ("error" in result) terminal.complain(`tidewire: ${result.error.message}`);
    else terminal.print(sentenceOf(result));
  };
}

function sentenceOf({
  channel,
  epoch,
  offset,
  duplicate,
  subscribers,
}: Type.Static<typeof PUBLISHED>): string {
  const position = offset === undefined ? "not kept" : `${epoch}:${offset}`;
  const readers = subscribers === 1 ? "1 subscriber" : `${subscribers} subscribers`;
  return `${channel}  ${position}  ${readers}${duplicate ? "  (stored before)" : ""}`;
}
