import { channelNameProblem } from "@tidewire/protocol";
import type { Command } from "commander";
import { VERSION } from "../base/version.ts";
import { ConfigError, type LoadedConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { command, type Options, type Report, withSettings } from "./command.ts";
import { changedSettings, checkConfig, type CheckOptions, checkReport } from "./config/check-report.ts";
import { clientOf, type ExplainOptions } from "./config/explained-client.ts";
import { explainChannel, explainReport } from "./config/explain-report.ts";
import { describe, serve, type StartServer } from "./serve.ts";
import { givenFlags } from "./settings-options.ts";
import type { Signals } from "./signals.ts";
import type { Terminal } from "./terminal.ts";
import { tokenCommands } from "./token/token-commands.ts";

/** What the commands need of the process. */
export interface ProgramPorts {
  readonly start: StartServer;
  /** Begins to wait for what stops the server or lets it read its configuration again. */
  readonly listenToSignals: () => Signals;
  readonly terminal: Terminal;
  /** Reads all of standard input. */
  readonly readInput: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once with the exit status, when a command has done its work. */
  readonly exit: (status: number) => void;
}

/** Puts the command line together; `parseAsync` runs it. */
export function createProgram(ports: ProgramPorts): Command {
  const { terminal, readInput, env, exit } = ports;
  const load = (options: Options): LoadedConfig => loadConfig({ env, flags: givenFlags(options) });
  /** Runs a command that only prints. */
  const report: Report = async (lines) => {
    try {
      for (const line of await lines()) terminal.print(line);
      exit(0);
    } catch (error) {
      terminal.complain(describe(error));
      exit(1);
    }
  };

  const program = command("tidewire", "A self-hosted real-time push server.");
  program
    .version(VERSION, "--version", "Print the version.")
    .helpCommand("help [command]", "Print help for a command.");
  const serving = withSettings(command("serve", "Start the server."));
  serving.action(async (options: Options) => {
    exit(await serve(() => load(options), ports.start, ports.listenToSignals(), terminal));
  });
  const config = command("config", "Look at the configuration without starting a server.").helpCommand(false);
  const check = withSettings(
    command("check", "Check the configuration, and print what is not at its default."),
  );
  check
    .argument("[file]", "The configuration file; the same as --config.")
    .option("--json", "Print it as JSON, for programs.");
  check.action((file: string | undefined, options: CheckOptions) => {
    const checked = checkConfig(() => load(file === undefined ? options : { ...options, config: file }));
    if (options.json !== true) return report(async () => checkReport(await checked, terminal));
    return checked.then(
      (config) => {
        terminal.print(asJson({ ok: true, warnings: config.warnings, settings: changedSettings(config) }));
        exit(0);
      },
      (error: unknown) => {
        if (!(error instanceof ConfigError)) throw error;
        terminal.print(asJson({ ok: false, mistakes: error.mistakes }));
        exit(1);
      },
    );
  });
  const explain = withSettings(
    command(
      "explain",
      "Print each option of a channel, the rule it comes from, and what a client may do there.",
    ),
  );
  explain
    .argument("<channel>", "The name of a channel.")
    .option("--user <id>", "The user of the client; without one, it has no name.")
    .option("--token <token>", "The token of the client.")
    .option("--json", "Print it as JSON, for programs.");
  explain.action((channel: string, options: ExplainOptions) =>
    report(() => explained(channel, load(options), options, terminal)),
  );
  const version = command("version", "Print the version.").action(() => report(() => [VERSION]));

  config.addCommand(check).addCommand(explain);
  const token = tokenCommands({ load, report, terminal, readInput });
  return program.addCommand(serving).addCommand(config).addCommand(token).addCommand(version);
}

async function explained(
  channel: string,
  config: LoadedConfig,
  options: ExplainOptions,
  terminal: Terminal,
): Promise<readonly string[]> {
  const problem = channelNameProblem(channel);
  if (problem !== undefined) throw new ConfigError(problem);
  const explanation = explainChannel(channel, config, await clientOf(options, config.values, terminal));
  return options.json === true ? [asJson(explanation)] : explainReport(explanation);
}

function asJson(value: object): string {
  return JSON.stringify(value, null, 2);
}
