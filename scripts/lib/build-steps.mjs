import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeStaleOutput } from "./stale-output.mjs";
import { ROOT } from "./root.mjs";
import { Failure, runTool } from "./run.mjs";

const LIBRARIES = ["protocol", "websocket", "client", "server"];
const SHARED_INPUTS = ["package-lock.json", "tsconfig.base.json"];

/** Where the server finds the pages and the SDK's script. */
const PUBLIC_FOLDER = join("packages", "server", "public");
/** The SDK as one file for a `<script>` tag, as the server serves it at /client.js. */
export const CLIENT_SCRIPT = join(PUBLIC_FOLDER, "client.js");
/** The parts that it loads when they are needed, as the server serves them at /client/NAME.js. */
export const CLIENT_PARTS = join(PUBLIC_FOLDER, "client");

/** @type {import("./build-stamp.mjs").BuildStep} */
const libraries = {
  name: "packages",
  inputs: [
    ...SHARED_INPUTS,
    ...LIBRARIES.flatMap((name) => inPackage(name, "src", "package.json", "tsconfig.json")),
  ],
  outputs: LIBRARIES.map((name) => join("packages", name, "dist", "index.js")),
  async run() {
    for (const name of LIBRARIES) removeStaleOutput(join(ROOT, "packages", name));
    // The compiler's own record of what is up to date misses changed options, such as another `lib`.
    await compile("typescript/bin/tsc", ["-b", "--force", "packages/client", "packages/server"]);
  },
};

/** @type {import("./build-stamp.mjs").BuildStep} */
const pages = {
  name: "pages",
  inputs: [
    ...SHARED_INPUTS,
    ...inPackage("protocol", "src"),
    ...inPackage("client", "src"),
    ...inPackage("web", "src", "static", "package.json", "tsconfig.json", "vite.config.ts"),
  ],
  outputs: [join(PUBLIC_FOLDER, "index.html")],
  run: () => runVite("web"),
};

// After the pages: their build empties the public folder.
/** @type {import("./build-stamp.mjs").BuildStep} */
const clientScript = {
  name: "client script",
  inputs: [
    ...SHARED_INPUTS,
    ...inPackage("protocol", "src"),
    ...inPackage("client", "src", "package.json", "vite.config.ts", "vite.parts.config.ts"),
  ],
  outputs: [CLIENT_SCRIPT, CLIENT_PARTS],
  async run() {
    // A folder of its own: the compiler's output for the package's modules is in dist.
    const outDir = join("dist", "browser");
    const built = join(ROOT, "packages", "client", outDir);
    rmSync(built, { recursive: true, force: true });
    await runVite("client", "--outDir", outDir);
    await runVite("client", "--config", "vite.parts.config.ts", "--outDir", outDir);
    cpSync(built, join(ROOT, PUBLIC_FOLDER), { recursive: true });
  },
};

/** The build in its order. */
export const BUILD_STEPS = [libraries, pages, clientScript].filter(
  (step) =>
    step === libraries ||
    step.inputs.some((file) => file.endsWith("vite.config.ts") && existsSync(join(ROOT, file))),
);

/**
 * @param {string} name
 * @param {string[]} paths
 */
function inPackage(name, ...paths) {
  return paths.map((path) => join("packages", name, path));
}

/**
 * @param {string} workspace
 * @param {string[]} options
 */
function runVite(workspace, ...options) {
  return compile(
    "vite/bin/vite.js",
    ["build", "--logLevel", "warn", ...options],
    join(ROOT, "packages", workspace),
  );
}

/**
 * @param {string} entry
 * @param {string[]} args
 * @param {string} [cwd]
 */
async function compile(entry, args, cwd = ROOT) {
  const code = await runTool(entry, args, { cwd });
  if (code !== 0) throw new Failure("The build failed");
}
