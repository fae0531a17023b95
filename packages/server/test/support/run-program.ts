import { createProgram } from "../../src/cli/program.ts";
import type { LoadedConfig } from "../../src/config/config.ts";

/** What a command line printed, what it complained about, how it ended and what it would have started. */
export interface Run {
  readonly printed: readonly string[];
  readonly complaints: readonly string[];
  /** Each line that showed how far it was. */
  readonly progress: readonly string[];
  readonly status: number | undefined;
  readonly started: LoadedConfig | undefined;
}

/** How a run differs from one on a terminal. */
export interface RunOptions {
  /** Whether standard output goes to a program. */
  readonly isPiped?: boolean;
  /** Resolves with the order to stop; at once, unless given. */
  readonly stopped?: Promise<unknown>;
}

/** Runs the command line in this process, without starting a server; `input` is what its standard input holds. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
  { isPiped = false, stopped = Promise.resolve() }: RunOptions = {},
): Promise<Run> {
  const printed: string[] = [];
  const complaints: string[] = [];
  const progress: string[] = [];
  let status: number | undefined;
  let started: LoadedConfig | undefined;
  const program = createProgram({
    env,
    terminal: {
      print: (line) => printed.push(line),
      complain: (line) => complaints.push(line),
      progress: (line) => progress.push(line),
      isInteractive: !isPiped,
      hasColours: false,
    },
    input: {
      isInteractive: false,
      text: async () => input,
      async *chunks() {
        yield input;
      },
    },
    listenToSignals: () => ({ stopped, onReload() {} }),
    start: async (config) => {
      started = config;
      return {
        host: "h",
        redirectPort: null,
        port: 1,
        url: "http://h:1",
        apiKey: { key: "k", file: null },
        reload: () => null,
        stop: async () => {},
      };
    },
    exit: (code) => (status = code),
  });
  await program.parseAsync(args, { from: "user" });
  return { printed, complaints, progress, status, started };
}
