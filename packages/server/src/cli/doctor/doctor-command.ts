import type { Command } from "commander";
import { parseDuration } from "../../base/duration.ts";
import { monotonicClock, systemClock } from "../../base/system-clock.ts";
import { ConfigError, type LoadedConfig } from "../../config/config.ts";
import { command, printsJson, withExamples, withJson, withSettings } from "../command.ts";
import { clientToken } from "../remote/client-token.ts";
import type { RemotePorts } from "../remote/remote-command.ts";
import { configuredUrl, serverKey, serverUrl, type TargetOptions } from "../remote/server-target.ts";
import { UsageError } from "../usage-error.ts";
import { certificateFinding } from "./certificate-check.ts";
import { clockFinding, skewFinding } from "./clock-check.ts";
import { dataFolderFinding, keyFileFinding } from "./data-folder-check.ts";
import { findingLines, summaryLine } from "./doctor-report.ts";
import { eventStreamFinding } from "./event-stream-check.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { forwardingFinding } from "./forwarding-check.ts";
import { memoryFinding } from "./memory-check.ts";
import { nodeFinding } from "./node-check.ts";
import { openFileLimit, openFilesFinding } from "./open-files-check.ts";
import { portFinding } from "./port-check.ts";
import { holdConnection, quietFinding } from "./quiet-connection-check.ts";
import { upgradeFinding } from "./upgrade-check.ts";

const EXAMPLES = [
  ["tidewire doctor --connections 50000", "is this machine ready for so many"],
  [
    "tidewire doctor --url https://push.example.com --idle 90s",
    "does the proxy in front let everything through",
  ],
] as const;

interface DoctorOptions extends TargetOptions {
  readonly connections?: string;
  readonly token?: string;
  readonly idle?: string;
}

/** How many connections are expected where nobody says. */
const USUAL_CONNECTIONS = 10_000;

const CLOCKS = { wallMs: () => systemClock.nowMs(), steadyMs: () => monotonicClock.nowMs() };

/** `tidewire doctor`: what is wrong with the machine, the settings and the way to the server, and what mends it. */
export function doctorCommand(ports: RemotePorts): Command {
  const doctor = command("doctor", "Look for what is wrong, and print the command that mends it.")
    .option("--url <url>", "A server to look at from outside, as clients reach it: through its proxy.")
    .option(
      "--connections <number>",
      "How many connections are expected; else limits.maxConnections, or 10000.",
    )
    .option("--api-key <key>", "The key of the API at --url. (env: TIDEWIRE_API_KEY)")
    .option("--token <token>", "A client's token for --url. (env: TIDEWIRE_TOKEN)")
    .option("--idle <duration>", "Hold a quiet connection to --url for so long, such as 90s.");
  return withExamples(withSettings(withJson(doctor)), EXAMPLES).action((options: DoctorOptions) =>
    ports.run(async () => {
      const findings: Finding[] = [];
      const isForProgram = printsJson(options, ports.terminal);
      for await (const finding of examine(options, ports)) {
        findings.push(finding);
        if (isForProgram) continue;
        for (const line of findingLines(finding, ports.terminal)) ports.terminal.print(line);
      }
      const healthy = findings.every(({ status }) => status !== "fail");
      const end = isForProgram
        ? [JSON.stringify({ ok: healthy, findings }, null, 2)]
        : ["", summaryLine(findings)];
      for (const line of end) ports.terminal.print(line);
      return healthy ? 0 : 1;
    }),
  );
}

async function* examine(options: DoctorOptions, ports: RemotePorts): AsyncGenerator<Finding> {
  const wanted = numberOf(options.connections);
  const idleMs = idleOf(options.idle);
  const url = options.url === undefined ? null : serverUrl(options, ports);
  yield nodeFinding(process.versions.node);
  const { config, findings } = readConfig(options, ports);
  yield* findings;
  const limit = config?.values.limits.maxConnections ?? null;
  const connections = wanted ?? limit ?? USUAL_CONNECTIONS;
  yield openFilesFinding(openFileLimit(), connections, (wanted ?? limit) !== null);
  yield memoryFinding(process.availableMemory(), connections, (config?.values.tls.cert ?? null) !== null);
  yield await clockFinding(CLOCKS);
  if (config !== null) yield* examineConfigured(config, url);
  if (url !== null) yield* examineUrl(url, idleMs, config, options, ports);
}

/** What the settings name: the data folder, the port, the certificate. */
async function* examineConfigured({ values }: LoadedConfig, url: string | null): AsyncGenerator<Finding> {
  const { engine, data, listen, tls } = values;
  if (engine === "memory") yield ok("data folder", "the memory engine keeps nothing");
  else yield await dataFolderFinding(data);
  const keyFile = await keyFileFinding(data);
  if (keyFile !== null) yield keyFile;
  yield await portFinding(listen.host, listen.port, configuredUrl(values));
  if (tls.cert === null || tls.key === null) return;
  const hostName = url === null ? null : new URL(url).hostname;
  yield await certificateFinding({ cert: tls.cert, key: tls.key, hostName, nowMs: systemClock.nowMs() });
}

/** What clients meet on their way. Without an answer there is nothing further to look at. */
async function* examineUrl(
  url: string,
  idleMs: number | null,
  config: LoadedConfig | null,
  options: DoctorOptions,
  ports: RemotePorts,
): AsyncGenerator<Finding> {
  const token = clientToken(options, ports);
  const upgrade = await upgradeFinding(url);
  yield upgrade;
  yield await eventStreamFinding(url, token);
  const key = await serverKey(options, ports).catch(() => undefined);
  yield await forwardingFinding(url, key);
  if (upgrade.status !== "ok") return;
  const quiet = await holdConnection(url, token, idleMs ?? 0, CLOCKS);
  if (quiet.greeting === null) {
    yield warn(
      "clock of the server",
      "The server lets nobody in without a token.",
      "tidewire doctor --token TOKEN …",
    );
    return;
  }
  yield skewFinding(quiet.skewMs, config?.values.auth.clockToleranceMs ?? 5000);
  if (idleMs !== null) yield quietFinding(quiet, idleMs);
}

function readConfig(
  options: DoctorOptions,
  ports: RemotePorts,
): { readonly config: LoadedConfig | null; readonly findings: readonly Finding[] } {
  const check = "configuration";
  const mend = "tidewire config check";
  try {
    const config = ports.load(options);
    const from = config.file ?? "no file";
    const doubts = config.warnings.map((warning) => warn(check, warning, mend));
    return { config, findings: doubts.length > 0 ? doubts : [ok(check, `${from}, without a mistake`)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: null, findings: [fail(check, error.message, mend)] };
  }
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--connections must be a number from 1 on, not ${text}.`);
}

function idleOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const idleMs = parseDuration(text);
  if (idleMs !== undefined && idleMs <= 3_600_000) return idleMs;
  throw new UsageError(`--idle must be a duration of up to 1h, such as 90s, not ${text}.`);
}
