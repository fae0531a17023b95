// Builds what the server runs from: `npm run build`. Steps whose inputs are as at the last build are left out.
import "./lib/node-version.mjs";
import { realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installDependencies } from "./install.mjs";
import { isFresh, markFresh } from "./lib/build-stamp.mjs";
import { BUILD_STEPS } from "./lib/build-steps.mjs";
import { main } from "./lib/run.mjs";

/** Installs what is missing and runs every stale build step in order. Throws a `Failure` when a step fails. */
export async function build() {
  await installDependencies();
  for (const step of BUILD_STEPS) {
    if (isFresh(step)) continue;
    console.log(`Building ${step.name}`);
    await step.run();
    markFresh(step);
  }
}

const startedFile = process.argv[1];
if (startedFile !== undefined && realpathSync(startedFile) === fileURLToPath(import.meta.url))
  await main(build);
