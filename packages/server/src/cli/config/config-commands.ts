import { channelNameProblem } from "@tidewire/protocol";
import type { Command } from "commander";
import { ConfigError, type LoadedConfig } from "../../config/config.ts";
import { command, type Options, printsJson, type Report, withJson, withSettings } from "../command.ts";
import type { Terminal } from "../terminal.ts";
import { changedSettings, checkConfig, checkReport } from "./check-report.ts";
import { clientOf, type ExplainOptions } from "./explained-client.ts";
import { explainChannel, explainReport } from "./explain-report.ts";
import { printedSettings, settingsTable } from "./print-report.ts";

/** What the commands about the configuration need. */
export interface ConfigCommandPorts {
  readonly load: (options: Options) => LoadedConfig;
  readonly report: Report;
  readonly terminal: Terminal;
  readonly exit: (status: number) => void;
}

/** `tidewire config …`: looking at the configuration without starting a server. */
export function configCommands(ports: ConfigCommandPorts): Command {
  return command("config", "Look at the configuration without starting a server.")
    .helpCommand(false)
    .addCommand(printCommand(ports))
    .addCommand(checkCommand(ports))
    .addCommand(explainCommand(ports))
    .addCommand(schemaCommand(ports));
}

function printCommand({ load, report, terminal }: ConfigCommandPorts): Command {
  const print = withJson(
    withSettings(command("print", "Print every setting that is in force, and where its value comes from.")),
  );
  return print.action((options: Options) =>
    report(() => {
      const config = load(options);
      const settings = printedSettings(config);
      for (const warning of config.warnings) terminal.complain(`tidewire: ${warning}`);
      return printsJson(options, terminal)
        ? [asJson({ file: config.file, settings })]
        : settingsTable(settings);
    }),
  );
}

function checkCommand({ load, report, terminal, exit }: ConfigCommandPorts): Command {
  const check = withJson(
    withSettings(command("check", "Check the configuration, and print what is not at its default.")),
  ).argument("[file]", "The configuration file; the same as --config.");
  return check.action((file: string | undefined, options: Options) => {
    const checked = checkConfig(() => load(file === undefined ? options : { ...options, config: file }));
    if (!printsJson(options, terminal)) return report(async () => checkReport(await checked, terminal));
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
}

function explainCommand({ load, report, terminal }: ConfigCommandPorts): Command {
  const about = "Print each option of a channel, the rule it comes from, and what a client may do there.";
  const explain = withSettings(command("explain", about))
    .argument("<channel>", "The name of a channel.")
    .option("--user <id>", "The user of the client; without one, it has no name.")
    .option("--token <token>", "The token of the client.");
  return withJson(explain).action((channel: string, options: ExplainOptions) =>
    report(async () => {
      const problem = channelNameProblem(channel);
      if (problem !== undefined) throw new ConfigError(problem);
      const config = load(options);
      const explanation = explainChannel(channel, config, await clientOf(options, config.values, terminal));
      return printsJson(options, terminal) ? [asJson(explanation)] : explainReport(explanation);
    }),
  );
}

function schemaCommand({ report }: ConfigCommandPorts): Command {
  return command("schema", "Print the JSON schema of the configuration file, for editors.").action(() =>
    report(async () => {
      const { configJsonSchema } = await import("../../config/json-schema.ts");
      return [asJson(configJsonSchema())];
    }),
  );
}

function asJson(value: object): string {
  return JSON.stringify(value, null, 2);
}
