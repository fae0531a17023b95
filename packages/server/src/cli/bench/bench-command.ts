import type { Command } from "commander";
import { parseDuration } from "../../base/duration.ts";
import { randomId } from "../../base/random-id.ts";
import { monotonicClock } from "../../base/system-clock.ts";
import { command, printsJson, withExamples, withJson } from "../command.ts";
import { openFileLimit } from "../doctor/open-files-check.ts";
import { clientToken } from "../remote/client-token.ts";
import { type RemotePorts, withServer } from "../remote/remote-command.ts";
import { isLoopbackUrl, serverKey, serverUrl, type TargetOptions } from "../remote/server-target.ts";
import type { Signals } from "../signals.ts";
import { UsageError } from "../usage-error.ts";
import { benchReport, isClean } from "./bench-result.ts";
import type { Load } from "./load.ts";
import { runLoad } from "./run-load.ts";

const EXAMPLES = [
  ["tidewire bench", "a small load on the server of this machine"],
  ["tidewire bench --connections 1000 --channels 10 --rate 200 --duration 30s", "a chat of ten rooms"],
] as const;

interface BenchOptions extends TargetOptions {
  readonly connections: string;
  readonly channels: string;
  readonly rate: string;
  readonly size: string;
  readonly duration: string;
  readonly token?: string;
  readonly yesLoadThisServer?: boolean;
}

/** One machine has about 28 000 ports for connections to the same address. */
const MOST_CONNECTIONS = 25_000;
const MOST_RATE = 100_000;
const MOST_BYTES = 65_536;
/** The time that a message says, and what is around it. */
const LEAST_BYTES = 40;
const LONGEST_MS = 600_000;
/** Files that this program has open beside its connections. */
const OTHER_FILES = 150;

/** `tidewire bench`: a load on one's own server. */
export function benchCommand(ports: RemotePorts & { readonly listenToSignals: () => Signals }): Command {
  const bench = command("bench", "Put a load on your own server, and print how it bears it.")
    .option("--connections <number>", "WebSockets, each subscribed to one channel.", "100")
    .option("--channels <number>", "Channels, over which the connections are spread.", "1")
    .option("--rate <number>", "Messages published per second, all channels together.", "10")
    .option("--size <bytes>", "Bytes of a message's data.", "100")
    .option("--duration <duration>", "How long messages are published, up to 10m.", "10s")
    .option("--token <token>", "The token that the connections sign in with. (env: TIDEWIRE_TOKEN)")
    .option("--yes-load-this-server", "Needed for a server on another machine.");
  return withExamples(withServer(withJson(bench), { needsKey: true }), EXAMPLES).action(
    (options: BenchOptions) =>
      ports.run(async () => {
        const load = loadOf(options);
        const url = serverUrl(options, ports);
        if (!isLoopbackUrl(url) && options.yesLoadThisServer !== true) {
          throw new UsageError(
            `${url} is not on this machine. A load disturbs whoever uses it: say --yes-load-this-server if that is what you want.`,
          );
        }
        const result = await runLoad(load, {
          url,
          key: await serverKey(options, ports),
          token: clientToken(options, ports),
          stopped: ports.listenToSignals().stopped,
          terminal: ports.terminal,
          nowMs: () => monotonicClock.nowMs(),
        });
        const lines = printsJson(options, ports.terminal)
          ? [JSON.stringify(result, null, 2)]
          : benchReport(result);
        for (const line of lines) ports.terminal.print(line);
        return isClean(result) ? 0 : 1;
      }),
  );
}

function loadOf(options: BenchOptions): Load {
  const connections = wholeNumber(options, "connections", 1, MOST_CONNECTIONS);
  const channels = wholeNumber(options, "channels", 1, connections);
  const durationMs = parseDuration(options.duration);
  if (durationMs === undefined || durationMs < 1 || durationMs > LONGEST_MS) {
    throw new UsageError(`--duration must be a duration of up to 10m, such as 30s, not ${options.duration}.`);
  }
  const limit = openFileLimit();
  if (limit !== null && limit < connections + OTHER_FILES) {
    throw new UsageError(
      `This program may open ${limit} files, too few for ${connections} connections. First run: ulimit -n ${connections + OTHER_FILES}`,
    );
  }
  const run = randomId(64);
  return {
    connections,
    channels: Array.from({ length: channels }, (_, index) => `bench.${run}.${index}`),
    rate: wholeNumber(options, "rate", 1, MOST_RATE),
    size: wholeNumber(options, "size", LEAST_BYTES, MOST_BYTES),
    durationMs,
  };
}

function wholeNumber(
  options: BenchOptions,
  name: "connections" | "channels" | "rate" | "size",
  least: number,
  most: number,
): number {
  const text = options[name];
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`--${name} must be a number from ${least} to ${most}, not ${text}.`);
}
