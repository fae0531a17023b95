import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A page that users read, by its path from the root of the repository. */
interface DocumentationPage {
  readonly path: string;
  readonly text: string;
}

/** A word of the documentation, and where it stands. */
export interface Mention {
  readonly name: string;
  /** `docs/limits.md:12` */
  readonly place: string;
}

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The pages that tell users what there is: the READMEs, and all of docs. */
const DOCUMENTATION: readonly DocumentationPage[] = [
  ...markdownIn(""),
  ...markdownIn("docs/"),
  ...["examples/", "examples/php/", "packages/server/", "packages/client/"].flatMap(markdownIn),
].map((path) => ({ path, text: readFileSync(ROOT + path, "utf8") }));

/** Everything in the documentation that matches; a pattern with a group means what the group holds. */
export function mentions(pattern: RegExp): readonly Mention[] {
  return DOCUMENTATION.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      [...line.matchAll(pattern)].map(([all, group]) => ({
        name: group ?? all,
        place: `${path}:${index + 1}`,
      })),
    ),
  );
}

function markdownIn(folder: string): readonly string[] {
  return readdirSync(ROOT + folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => folder + name);
}
