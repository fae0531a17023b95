#!/usr/bin/env node
import { processInput } from "./input.ts";
import { createProgram } from "./program.ts";
import { listenToSignals } from "./signals.ts";
import { processTerminal } from "./terminal.ts";

let isServing = false;

// Whoever reads, such as `head`, has had enough. A server must not end like that without a word.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (isServing || error.code !== "EPIPE") throw error;
  process.exit(0);
});

await createProgram({
  start: async (config) => {
    isServing = true;
    const { startServer } = await import("../server.ts");
    return startServer(config);
  },
  listenToSignals,
  terminal: processTerminal,
  input: processInput,
  env: process.env,
  exit: (status) => process.exit(status),
}).parseAsync();
