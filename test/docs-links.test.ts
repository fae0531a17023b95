import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { anchorsOf, linksOf } from "./support/markdown-links.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders that hold what was made or installed, not what was written. */
const NOT_WRITTEN = new Set(["node_modules", "dist", "data", "coverage"]);

/** The Markdown files below a folder, as paths from the root of the repository. */
function pagesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory())
      return NOT_WRITTEN.has(entry.name) || entry.name.startsWith(".") ? [] : pagesBelow(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const pages = new Map(pagesBelow("").map((path) => [path, readFileSync(join(root, path), "utf8")]));

/** The file of the repository that a link leads to, and the place in it; null for what is elsewhere. */
function destinationOf(
  page: string,
  target: string,
): { readonly path: string; readonly anchor: string } | null {
  if (/^[a-z][a-z+.-]*:|^\/\//i.test(target)) return null;
  const [path = "", anchor = ""] = target.split("#");
  const destination = path === "" ? page : posix.join(dirname(page), decodeURIComponent(path));
  return { path: destination, anchor: decodeURIComponent(anchor) };
}

/** What is wrong with a link; null when it leads somewhere. */
function complaintAbout(page: string, target: string): string | null {
  const destination = destinationOf(page, target);
  if (destination === null) return null;
  const { path, anchor } = destination;
  if (path.startsWith("..") || !existsSync(join(root, path))) return "no such file";
  const text = pages.get(path);
  if (anchor === "" || text === undefined) return null;
  return anchorsOf(text).has(anchor) ? null : "no such heading";
}

describe("the links of all pages", () => {
  it("lead to files and headings that are there", () => {
    assert.ok(pages.size > 40, "the repository has pages");
    const dead = [...pages].flatMap(([page, text]) =>
      linksOf(text).flatMap(({ target, line }) => {
        const complaint = complaintAbout(page, target);
        return complaint === null ? [] : [`${page}:${line}: ${target}: ${complaint}`];
      }),
    );
    assert.deepEqual(dead, []);
  });

  it("lead from README.md and docs/README.md to every page of docs", () => {
    const seen = new Set(["README.md", "docs/README.md"]);
    for (const page of seen) {
      for (const { target } of linksOf(pages.get(page) ?? "")) {
        const path = destinationOf(page, target)?.path;
        if (path !== undefined && pages.has(path)) seen.add(path);
      }
    }
    const documents = [...pages.keys()].filter((page) => page.startsWith("docs/"));
    assert.deepEqual(
      documents.filter((page) => !seen.has(page)),
      [],
    );
  });
});

describe("docs/README.md", () => {
  it("names every page of its folder once", () => {
    const named = linksOf(pages.get("docs/README.md") ?? "")
      .map(({ target }) => target)
      .filter((target) => /^[\w-]+\.md$/.test(target));
    const there = [...pages.keys()]
      .filter((page) => /^docs\/[\w-]+\.md$/.test(page) && page !== "docs/README.md")
      .map((page) => page.slice("docs/".length));
    assert.deepEqual(named.toSorted(), there.toSorted());
  });
});

describe("the decisions", () => {
  const files = readdirSync(join(root, "docs/decisions")).filter((file) => file !== "README.md");

  it("have numbers from 1 on, each of them once", () => {
    const numbers = files
      .map((file) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]))
      .toSorted((a, b) => a - b);
    assert.deepEqual(
      numbers,
      files.map((_, index) => index + 1),
    );
  });

  it("are listed with their titles, in their order", () => {
    const listed = (pages.get("docs/decisions/README.md") ?? "").match(/^\d+\. \[.*$/gm);
    const expected = files.toSorted().map((file, index) => {
      const [title = ""] = pages.get(`docs/decisions/${file}`)?.split("\n") ?? [];
      return `${index + 1}. [${title.replace(/^# (\d+[.:]? )?/, "")}](${file})`;
    });
    assert.deepEqual(listed, expected);
  });
});
