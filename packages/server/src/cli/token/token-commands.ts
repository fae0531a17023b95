import type { Command } from "commander";
import { systemClock } from "../../base/system-clock.ts";
import type { LoadedConfig } from "../../config/config.ts";
import { command, type Options, type Report, withSettings } from "../command.ts";
import type { TokenWishes } from "./create-token.ts";
import { collect } from "../settings-options.ts";
import type { Input } from "../input.ts";
import type { Terminal } from "../terminal.ts";

/** What the commands about tokens need. */
export interface TokenCommandPorts {
  readonly load: (options: Options) => LoadedConfig;
  readonly report: Report;
  readonly terminal: Terminal;
  readonly input: Input;
}

/** `tidewire token …`: making tokens, and finding out what is wrong with one. */
export function tokenCommands(ports: TokenCommandPorts): Command {
  return command("token", "Make and look at the tokens that clients sign in with.")
    .helpCommand(false)
    .addCommand(createCommand(ports))
    .addCommand(inspectCommand(ports));
}

function createCommand({ load, report, terminal }: TokenCommandPorts): Command {
  const create = withSettings(command("create", "Make a token and print it, and nothing else."));
  create
    .option("--user <id>", "The user that the token is for (sub); without one, for somebody without a name.")
    .option("--expires <duration>", "How long it counts (exp).", "1h")
    .option("--subscribe <patterns>", "Channels that it lets receive; may be repeated.", collect)
    .option("--publish <patterns>", "Channels that it lets publish to; may be repeated.", collect)
    .option("--device <name>", "The device that it is for (device).")
    .option("--session <name>", "The sign-in that it belongs to (session).")
    .option("--info <json>", "What presence shows of its holder (info).")
    .option(
      "--key <file>",
      "The private key to sign with, PEM or JWK; without it the first configured secret signs.",
    );
  return create.action((options: Options & TokenWishes) =>
    report(async () => {
      const { values } = load(options);
      const { createToken } = await import("./create-token.ts");
      const { judgeToken } = await import("./judge-token.ts");
      const token = await createToken(options, values.auth, systemClock.nowMs());
      const refusal = await judgeToken(token, values, terminal);
      if (refusal !== null) terminal.complain(`tidewire: ${refusal}`);
      return [token];
    }),
  );
}

function inspectCommand({ load, report, terminal, input }: TokenCommandPorts): Command {
  const inspect = withSettings(
    command("inspect", "Print what a token says, and whether a server with this configuration takes it."),
  );
  inspect.argument("[token]", "The token; without it, it is read from standard input.");
  return inspect.action((given: string | undefined, options: Options) =>
    report(async () => {
      const { values } = load(options);
      const token = (given ?? (await input.text())).trim();
      const { tokenContents } = await import("./token-contents.ts");
      const { judgeToken, TokenRefused } = await import("./judge-token.ts");
      for (const line of tokenContents(token, systemClock.nowMs())) terminal.print(line);
      const refusal = await judgeToken(token, values, terminal);
      if (refusal !== null) throw new TokenRefused(refusal);
      return ["A server with this configuration accepts it."];
    }),
  );
}
