// `npm start [-- arguments]`: installs and builds what is missing, then runs the server with the arguments.
import "./lib/node-version.mjs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { build } from "./build.mjs";
import { ROOT } from "./lib/root.mjs";
import { main } from "./lib/run.mjs";

const PARENT = process.ppid;
const ORPHAN_CHECK_MS = 250;

await main(async () => {
  await build();
  serve(process.argv.slice(2));
});

/**
 * Runs the built server in place of this script: same terminal, same signals, same exit.
 *
 * The working directory stays the caller's, so paths in the arguments mean what they mean there.
 *
 * @param {readonly string[]} args
 */
function serve(args) {
  const program = join(ROOT, "packages", "server", "dist", "cli", "main.js");
  const server = spawn(process.execPath, [program, "serve", ...args], { stdio: "inherit" });

  process.on("SIGTERM", () => server.kill("SIGTERM"));
  process.on("SIGHUP", () => server.kill("SIGHUP"));
  // A terminal sends Ctrl-C to the server as well: passing it on would make it two, and two mean "at once".
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) server.kill("SIGINT");
  });

  // npm passes a signal on to its shell only, which dies of it and leaves this script without a parent.
  const orphanCheck = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(orphanCheck);
    server.kill("SIGTERM");
  }, ORPHAN_CHECK_MS);
  orphanCheck.unref();

  server.on("exit", (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
    process.exitCode = code ?? 1;
  });
}
