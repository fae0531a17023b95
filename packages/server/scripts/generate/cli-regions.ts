import type { Command } from "commander";
import { createProgram } from "../../src/cli/program.ts";
import { codeBlock } from "./regions.ts";

/** The help of each command, as docs/cli.md shows it: `help publish`, `help config print`. */
export function cliRegions(): Readonly<Record<string, string>> {
  const pages = allCommands(documentedProgram(), []).map(([names, command]) => {
    return [["help", ...names].join(" "), codeBlock("text", helpOf(command))] as const;
  });
  return Object.fromEntries(pages);
}

function helpOf(command: Command): readonly string[] {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text), getOutHasColors: () => false });
  command.outputHelp();
  return help.trimEnd().split("\n");
}

function allCommands(command: Command, names: readonly string[]): [readonly string[], Command][] {
  const inner = command.commands.flatMap((each) => allCommands(each, [...names, each.name()]));
  return [[names, command], ...inner];
}

function documentedProgram(): Command {
  const unused = (): never => {
    throw new Error("Help needs nothing of the process.");
  };
  return createProgram({
    env: {},
    terminal: { print: unused, complain: unused, progress: unused, isInteractive: false, hasColours: false },
    input: { isInteractive: false, text: unused, chunks: unused },
    listenToSignals: unused,
    start: unused,
    exit: unused,
  });
}
