import { readFileSync } from "node:fs";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { cliRegions } from "./cli-regions.ts";
import { configRegions } from "./config-regions.ts";
import { fillRegions } from "./regions.ts";

/** A file whose content, or part of it, comes from the code. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  /** What the file must be. */
  content(): string;
}

/** All of them. A test holds them against what is there. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  {
    path: "packages/server/config.schema.json",
    content: () => `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  },
  page("docs/config.md", configRegions),
  page("docs/cli.md", cliRegions),
];

/** Where a generated file is. */
export function urlOf({ path }: GeneratedFile): URL {
  return new URL(`../../../../${path}`, import.meta.url);
}

function page(path: string, regions: () => Readonly<Record<string, string>>): GeneratedFile {
  return {
    path,
    content: () =>
      fillRegions(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8"), regions()),
  };
}
