import { Command } from "commander";
import { settingsOptions } from "./settings-options.ts";
import type { Terminal } from "./terminal.ts";

/** The flags of one run, by their names in camel case. */
export type Options = Readonly<Record<string, unknown>>;

/** Runs a command to its exit status, or to 1 and what went wrong. */
export type Run = (work: () => Promise<number>) => Promise<void>;

/** Runs a command that only prints: its lines and status 0, or what went wrong and status 1. */
export type Report = (lines: () => readonly string[] | Promise<readonly string[]>) => Promise<void>;

/** So that the help reads the same in every terminal and in the documentation. */
const HELP_WIDTH = 100;

/** A command with the manners that all of them have. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption("--help", "Print this help.")
    .configureHelp({ helpWidth: HELP_WIDTH })
    .showHelpAfterError("Run with --help for what there is.");
}

/** Adds the flags of every command that needs the configuration. */
export function withSettings(to: Command): Command {
  for (const option of settingsOptions()) to.addOption(option.helpGroup("Settings:"));
  return to;
}

/** Adds the flag for programs that read what a command prints. */
export function withJson(to: Command): Command {
  return to.option("--json", "Print JSON, as it is always done when standard output is no terminal.");
}

/** Tells whether a command prints for a program rather than for a person. */
export function printsJson(options: Options, { isInteractive }: Terminal): boolean {
  return options["json"] === true || !isInteractive;
}

/** Shows below a command's help how it is used: a command line, and what it is for. */
export function withExamples(to: Command, examples: readonly (readonly [string, string])[]): Command {
  const lines = examples.map(([line, purpose]) => `  # ${purpose}\n  ${line}`);
  return to.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
