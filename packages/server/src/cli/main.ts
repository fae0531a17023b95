#!/usr/bin/env node
import { createProgram } from "./program.ts";
import { stopSignal } from "./stop-signal.ts";
import { processTerminal } from "./terminal.ts";

await createProgram({
  start: async (config) => {
    const { startServer } = await import("../server.ts");
    return startServer(config);
  },
  stopSignal,
  terminal: processTerminal,
  env: process.env,
  exit: (status) => process.exit(status),
}).parseAsync();
