import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import process from "node:process";
import { ROOT } from "./lib/root.mjs";
import { Failure, run } from "./lib/run.mjs";

/**
 * Installs the dependencies of all workspaces, unless they are there already.
 *
 * Runs `npm ci`, which takes exactly what package-lock.json names and never rewrites it. Throws a `Failure` when npm
 * cannot be found or fails; npm has then printed why.
 */
export async function installDependencies() {
  if (dependenciesAreCurrent()) return;
  console.log("Installing dependencies (npm ci)");
  // The build needs the development dependencies even where NODE_ENV is production.
  const code = await run(process.execPath, [findNpm(), "ci", "--include=dev", "--no-audit", "--no-fund"]);
  if (code !== 0) throw new Failure(`npm ci failed with exit code ${code}`);
}

/** Whether the last install is as new as the lock file. npm writes the file inside node_modules last. */
function dependenciesAreCurrent() {
  const installed = statSync(join(ROOT, "node_modules", ".package-lock.json"), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(ROOT, "package-lock.json")).mtimeMs;
}

/**
 * The npm program as a file for Node to run, since `npm` itself is a shell script on Windows.
 *
 * Inside `npm start` npm says where it is. Otherwise it lies beside Node, or is what PATH points to.
 */
export function findNpm() {
  const calling = process.env["npm_execpath"];
  const nodeFolder = dirname(process.execPath);
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "npm"))
    .filter((file) => existsSync(file))
    .map((file) => realpathSync(file));
  const candidates = [
    ...(calling === undefined ? [] : [calling]),
    join(nodeFolder, "node_modules", "npm", "bin", "npm-cli.js"),
    join(nodeFolder, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    ...onPath,
  ];
  const npm = candidates.find((file) => basename(file) === "npm-cli.js" && existsSync(file));
  if (npm === undefined) throw new Failure("npm was not found: install it, or run `npm ci` yourself");
  return npm;
}
