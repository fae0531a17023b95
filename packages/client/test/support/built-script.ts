import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** Builds the SDK for a `<script>` tag and gives its files by name: `client.js`, and `client/NAME.js` for each part. */
export async function buildScript(): Promise<ReadonlyMap<string, string>> {
  const outDir = await mkdtemp(join(tmpdir(), "tidewire-script-"));
  try {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    for (const config of ["vite.config.ts", "vite.parts.config.ts"]) {
      await build({ root, configFile: join(root, config), build: { outDir } });
    }
    const files = (await readdir(outDir, { recursive: true })).filter((name) => name.endsWith(".js"));
    const read = async (name: string): Promise<[string, string]> => [
      name.replaceAll("\\", "/"),
      await readFile(join(outDir, name), "utf8"),
    ];
    return new Map(await Promise.all(files.map(read)));
  } finally {
    await rm(outDir, { recursive: true });
  }
}
