import { channelNameProblem } from "@tidewire/protocol";
import { Command } from "commander";
import { VERSION } from "../base/version.ts";
import type { LoadedConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { checkReport, explainReport } from "./config-report.ts";
import { describe, serve, type StartServer } from "./serve.ts";
import { givenFlags, settingsOptions } from "./settings-options.ts";
import type { Signals } from "./signals.ts";
import type { Terminal } from "./terminal.ts";

/** What the commands need of the process. */
export interface ProgramPorts {
  readonly start: StartServer;
  /** Begins to wait for what stops the server or lets it read its configuration again. */
  readonly listenToSignals: () => Signals;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once with the exit status, when a command has done its work. */
  readonly exit: (status: number) => void;
}

/** So that the help reads the same in every terminal and in the documentation. */
const HELP_WIDTH = 100;

type Options = Readonly<Record<string, unknown>>;

/** Puts the command line together; `parseAsync` runs it. */
export function createProgram(ports: ProgramPorts): Command {
  const { terminal, env, exit } = ports;
  const load = (options: Options): LoadedConfig => loadConfig({ env, flags: givenFlags(options) });
  /** Runs a command that only prints. */
  const report = (lines: () => readonly string[]): void => {
    try {
      for (const line of lines()) terminal.print(line);
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
  check.action((options: Options) => report(() => checked(load(options), terminal)));
  const explain = withSettings(
    command("explain", "Print each option of a channel and the rule it comes from."),
  );
  explain.argument("<channel>", "The name of a channel.");
  explain.action((channel: string, options: Options) => {
    const problem = channelNameProblem(channel);
    if (problem === undefined) return report(() => explainReport(channel, load(options)));
    terminal.complain(`tidewire: ${problem}`);
    exit(1);
  });
  const version = command("version", "Print the version.").action(() => report(() => [VERSION]));

  config.addCommand(check).addCommand(explain);
  return program.addCommand(serving).addCommand(config).addCommand(version);
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption("--help", "Print this help.")
    .configureHelp({ helpWidth: HELP_WIDTH })
    .showHelpAfterError("Run with --help for what there is.");
}

function withSettings(to: Command): Command {
  for (const option of settingsOptions()) to.addOption(option);
  return to;
}

function checked(config: LoadedConfig, terminal: Terminal): readonly string[] {
  for (const warning of config.warnings) terminal.complain(`tidewire: ${warning}`);
  return checkReport(config);
}
