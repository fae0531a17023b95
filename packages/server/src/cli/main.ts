#!/usr/bin/env node
import { processInput } from "./input.ts";
import { createProgram } from "./program.ts";
import { listenToSignals } from "./signals.ts";
import { processTerminal } from "./terminal.ts";

// Whoever reads, such as `head`, has had enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

await createProgram({
  start: async (config) => {
    const { startServer } = await import("../server.ts");
    return startServer(config);
  },
  listenToSignals,
  terminal: processTerminal,
  input: processInput,
  env: process.env,
  exit: (status) => process.exit(status),
}).parseAsync();
