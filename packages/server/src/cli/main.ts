#!/usr/bin/env node
import { startServer } from "../server.ts";
import { createProgram } from "./program.ts";
import { stopSignal } from "./stop-signal.ts";
import { processTerminal } from "./terminal.ts";

await createProgram({
  start: startServer,
  stopSignal,
  terminal: processTerminal,
  env: process.env,
  exit: (status) => process.exit(status),
}).parseAsync();
