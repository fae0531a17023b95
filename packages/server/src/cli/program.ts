import type { Command } from "commander";
import { nearestOf } from "../base/nearest.ts";
import { VERSION } from "../base/version.ts";
import type { LoadedConfig } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { benchCommand } from "./bench/bench-command.ts";
import { command, type Options, type Report, type Run, withExamples, withSettings } from "./command.ts";
import { configCommands } from "./config/config-commands.ts";
import { describe, serve, type StartServer } from "./serve.ts";
import { givenFlags } from "./settings-options.ts";
import { doctorCommand } from "./doctor/doctor-command.ts";
import { channelsCommand } from "./remote/channels-command.ts";
import { kickCommand } from "./remote/kick-command.ts";
import { publishCommand } from "./remote/publish-command.ts";
import type { Input } from "./input.ts";
import type { Signals } from "./signals.ts";
import { subscribeCommand } from "./subscribe/subscribe-command.ts";
import type { Terminal } from "./terminal.ts";
import { tokenCommands } from "./token/token-commands.ts";

/** What the commands need of the process. */
export interface ProgramPorts {
  readonly start: StartServer;
  /** Begins to wait for what stops the server or lets it read its configuration again. */
  readonly listenToSignals: () => Signals;
  readonly terminal: Terminal;
  readonly input: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once with the exit status, when a command has done its work. */
  readonly exit: (status: number) => void;
}

const EXAMPLES = [
  ["tidewire", "serve http://127.0.0.1:8080, and print the key and a first command"],
  ["tidewire subscribe news", "in a second terminal: see what comes"],
  [`tidewire publish news '{"text":"hi"}'`, "in a third one: push a message"],
] as const;

/** Puts the command line together; `parseAsync` runs it. */
export function createProgram(ports: ProgramPorts): Command {
  const { terminal, input, env, exit } = ports;
  const load = (options: Options): LoadedConfig => loadConfig({ env, flags: givenFlags(options) });
  const run: Run = async (work) => {
    try {
      exit(await work());
    } catch (error) {
      terminal.complain(describe(error));
      exit(1);
    }
  };
  const report: Report = (lines) =>
    run(async () => {
      for (const line of await lines()) terminal.print(line);
      return 0;
    });

  const program = command("tidewire", "A self-hosted real-time push server. Without a command it serves.");
  withExamples(program, EXAMPLES)
    .usage("[command] [options]")
    .version(VERSION, "--version", "Print the version.")
    .commandsGroup("Help:")
    .helpCommand("help [command]", "Print help for a command.");
  const serving = withSettings(command("serve", "Start the server.")).allowExcessArguments();
  serving.action(async (options: Options) => {
    // A misspelt command comes here, because this one is the default.
    const [unknown] = serving.args;
    if (unknown !== undefined) return program.error(unknownCommand(unknown, program));
    exit(await serve(() => load(options), ports.start, ports.listenToSignals(), terminal));
  });
  const version = command("version", "Print the version.").action(() => report(() => [VERSION]));

  const config = configCommands({ load, report, terminal, exit });
  const token = tokenCommands({ load, report, terminal, input });
  const remote = { load, run, terminal, env };
  return program
    .commandsGroup("The server:")
    .addCommand(serving, { isDefault: true })
    .addCommand(config)
    .addCommand(token)
    .addCommand(doctorCommand(remote))
    .commandsGroup("A server that runs:")
    .addCommand(publishCommand({ ...remote, input }))
    .addCommand(subscribeCommand({ ...remote, listenToSignals: ports.listenToSignals }))
    .addCommand(channelsCommand(remote))
    .addCommand(kickCommand(remote))
    .addCommand(benchCommand({ ...remote, listenToSignals: ports.listenToSignals }))
    .commandsGroup("Help:")
    .addCommand(version);
}

function unknownCommand(name: string, { commands }: Command): string {
  const nearest = nearestOf(
    name,
    commands.map((each) => each.name()),
  );
  return `error: unknown command '${name}'${nearest === undefined ? "" : `\n(Did you mean ${nearest}?)`}`;
}
