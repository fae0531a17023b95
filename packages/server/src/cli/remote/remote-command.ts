import { type Command, Option } from "commander";
import type { Run } from "../command.ts";
import { settingsOptions } from "../settings-options.ts";
import type { Terminal } from "../terminal.ts";
import { ServerApi } from "./server-api.ts";
import { serverKey, serverUrl, type TargetOptions, type TargetPorts } from "./server-target.ts";

/** What the commands that talk to a running server need. */
export interface RemotePorts extends TargetPorts {
  readonly run: Run;
  readonly terminal: Terminal;
}

const FINDING_FLAGS: ReadonlySet<string> = new Set(["--config", "--host", "--port", "--data"]);

const GROUP = "Finding the server:";

/** Adds the flags by which the server, and the key of its API, are found. */
export function withServer(to: Command, { needsKey }: { readonly needsKey: boolean }): Command {
  to.addOption(
    new Option(
      "--url <url>",
      "The server; unless given, the one that the settings start here. (env: TIDEWIRE_URL)",
    ).helpGroup(GROUP),
  );
  if (needsKey) {
    to.addOption(
      new Option(
        "--api-key <key>",
        "The key of its API; unless given, that of the settings or of the data folder. (env: TIDEWIRE_API_KEY)",
      ).helpGroup(GROUP),
    );
  }
  for (const option of settingsOptions()) {
    if (FINDING_FLAGS.has(option.long ?? "")) to.addOption(option.helpGroup(GROUP));
  }
  return to;
}

/** The API of the server that the flags lead to. */
export async function serverApi(options: TargetOptions, ports: TargetPorts): Promise<ServerApi> {
  return new ServerApi(serverUrl(options, ports), await serverKey(options, ports));
}
