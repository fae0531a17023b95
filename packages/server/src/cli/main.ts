#!/usr/bin/env node
import { text } from "node:stream/consumers";
import { createProgram } from "./program.ts";
import { listenToSignals } from "./signals.ts";
import { processTerminal } from "./terminal.ts";

await createProgram({
  start: async (config) => {
    const { startServer } = await import("../server.ts");
    return startServer(config);
  },
  listenToSignals,
  terminal: processTerminal,
  readInput: () => text(process.stdin),
  env: process.env,
  exit: (status) => process.exit(status),
}).parseAsync();
