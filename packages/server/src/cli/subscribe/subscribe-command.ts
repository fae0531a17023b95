import {
  channelNameProblem,
  parseSince,
  patternProblem,
  type Push,
  type Since,
  userIdProblem,
} from "@tidewire/protocol";
import type { Command } from "commander";
import { systemClock } from "../../base/system-clock.ts";
import { paintOn } from "../colours.ts";
import { command, printsJson, withExamples, withJson } from "../command.ts";
import { clientToken } from "../remote/client-token.ts";
import { type RemotePorts, withServer } from "../remote/remote-command.ts";
import { serverUrl, type TargetOptions } from "../remote/server-target.ts";
import type { Signals } from "../signals.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { FollowedChannels, isPattern } from "./followed-channels.ts";
import { pushLine } from "./push-line.ts";
import { Tail, type TailIdentity } from "./tail.ts";

const EXAMPLES = [
  ["tidewire subscribe news sport", "what comes from now on"],
  ["tidewire subscribe news --since last:20 --count 20", "the last twenty messages"],
  ["tidewire subscribe 'stock.*'", "every channel that a pattern matches, where the rules allow it"],
] as const;

interface SubscribeOptions extends TargetOptions {
  readonly since?: string;
  readonly token?: string;
  readonly user?: string;
  readonly count?: string;
}

/** What a program gets of a tail: what there is to follow, and not how the connection fares. */
const FOLLOWED: ReadonlySet<Push["type"]> = new Set(["message", "gap", "join", "leave", "presence"]);

/** `tidewire subscribe`: a tail of channels, in the terminal. */
export function subscribeCommand(ports: RemotePorts & { readonly listenToSignals: () => Signals }): Command {
  const subscribe = command("subscribe", "Follow channels of a running server, until Ctrl-C.")
    .argument("<channels...>", "The channels or patterns, each by itself or several between commas.")
    .option(
      "--since <start>",
      "Where to begin: earliest, last:20 or a position such as k3:41. With none, now.",
    )
    .option("--token <token>", "The token to sign in with. (env: TIDEWIRE_TOKEN)")
    .option("--user <id>", "The user to be; a server believes it in open mode only.")
    .option("--count <number>", "End after so many messages.");
  return withExamples(withServer(withJson(subscribe), { needsKey: false }), EXAMPLES).action(
    (names: readonly string[], options: SubscribeOptions) =>
      ports.run(async () => {
        const channels = followedOf(channelsOf(names), sinceOf(options.since));
        const identity = identityOf(options, ports);
        const most = countOf(options.count);
        const signals = ports.listenToSignals();
        return follow(serverUrl(options, ports), identity, channels, {
          print: printer(options, ports.terminal),
          terminal: ports.terminal,
          most,
          signals,
        });
      }),
  );
}

interface Following {
  readonly print: (push: Push, text: string) => void;
  readonly terminal: Terminal;
  /** Messages after which it ends. */
  readonly most: number;
  readonly signals: Signals;
}

/** Resolves with the exit status, once it has ended. */
function follow(
  url: string,
  identity: TailIdentity,
  channels: FollowedChannels,
  { print, terminal, most, signals }: Following,
): Promise<number> {
  return new Promise((resolve) => {
    let left = most;
    const tail = new Tail(url, identity, channels, {
      onPush(push, text) {
        print(push, text);
        if (push.type === "message") left -= 1;
        if (left <= 0) tail.stop();
      },
      onNotice: (sentence) => terminal.complain(`tidewire: ${sentence}`),
      onEnd(problem) {
        if (problem !== null) terminal.complain(`tidewire: ${problem}`);
        resolve(problem === null ? 0 : 1);
      },
    });
    void signals.stopped.then(() => tail.stop());
    tail.start();
  });
}

function printer(options: SubscribeOptions, terminal: Terminal): Following["print"] {
  if (printsJson(options, terminal)) {
    // As the server wrote it, to the last digit.
    return (push, text) => {
      if (FOLLOWED.has(push.type)) terminal.print(text);
    };
  }
  const paint = paintOn(terminal);
  return (push) => {
    const line = pushLine(push, paint, systemClock.nowMs());
    if (line !== null) terminal.print(line);
  };
}

function channelsOf(names: readonly string[]): readonly string[] {
  const channels = [...new Set(names.flatMap((name) => name.split(",")))];
  for (const channel of channels) {
    const problem = isPattern(channel) ? patternProblem(channel) : channelNameProblem(channel);
    if (problem !== undefined) throw new UsageError(problem);
  }
  return channels;
}

function followedOf(channels: readonly string[], since: Since | undefined): FollowedChannels {
  const pattern = channels.find(isPattern);
  if (pattern !== undefined && since !== undefined && since !== "earliest") {
    throw new UsageError(`--since: a pattern such as ${pattern} begins now, or with earliest.`);
  }
  return new FollowedChannels(channels, since);
}

function sinceOf(text: string | undefined): Since | undefined {
  const parsed = parseSince(text ?? "");
  if (parsed.ok) return parsed.since;
  throw new UsageError(`--since: ${parsed.message}`);
}

function identityOf(options: SubscribeOptions, ports: RemotePorts): TailIdentity {
  const { user } = options;
  const problem = user === undefined ? undefined : userIdProblem(user);
  if (problem !== undefined) throw new UsageError(`--user: ${problem}`);
  const token = clientToken(options, ports);
  return {
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
  };
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--count must be a number from 1 on, not ${text}.`);
}
