import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { findNpm } from "../../scripts/install.mjs";
import { ROOT } from "../../scripts/lib/root.mjs";

/** A workspace as npm packs it. */
export interface Packed {
  readonly name: string;
  /** The tarball, absolute. */
  readonly tarball: string;
  readonly size: number;
  /** What it holds, relative to the package. */
  readonly files: readonly string[];
}

/** Packs the workspaces that are published into a folder, building first what is stale. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  const names = ["@tidewire/protocol", "@tidewire/websocket", "@tidewire/client", "tidewire"];
  const workspaces = names.flatMap((name) => ["--workspace", name]);
  // The output of the build goes to standard error, and the list to standard output.
  const output = await npm(ROOT, "pack", "--json", "--silent", "--pack-destination", folder, ...workspaces);
  const packed: { name: string; filename: string; size: number; files: { path: string }[] }[] = Object.values(
    JSON.parse(output.slice(output.search(/^[[{]$/m))),
  );
  return packed.map(({ name, filename, size, files }) => ({
    name,
    tarball: join(folder, filename),
    size,
    files: files.map(({ path }) => path),
  }));
}

/** Runs npm in a folder and gives its standard output. Rejects with what it wrote when it fails. */
export function npm(folder: string, ...args: readonly string[]): Promise<string> {
  return runNode(folder, findNpm(), ...args);
}

const OF_THIS_REPOSITORY = /^(?:npm_(?!config_)|npm_config_(?:local_prefix|workspace)|TIDEWIRE_)/i;

/** Runs a file with this Node and gives its standard output. Rejects with what it wrote when it fails. */
export function runNode(folder: string, file: string, ...args: readonly string[]): Promise<string> {
  // What npm tells its scripts would make another npm believe that it is in this repository; how it is configured stays.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !OF_THIS_REPOSITORY.test(name)),
  );
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error }));
    });
  });
}

/** Reads a package's manifest. */
export async function manifestIn(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
}
