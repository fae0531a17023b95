/** A base path cannot be used. */
export class BasePathError extends Error {
  override readonly name = "BasePathError";
}

const BASE_PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;

/** Reads a base path such as `/tidewire`. Throws a BasePathError for what is none, and for the root, where the other program's routes are. */
export function readBasePath(text: string): string {
  const path = text.endsWith("/") ? text.slice(0, -1) : text;
  if (BASE_PATH.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  throw new BasePathError(
    `basePath must be a path such as /tidewire, below the root, and not ${JSON.stringify(text)}.`,
  );
}

/** What a URL is below a base path, as a server at the root would get it; null when it is not below it. */
export function urlBelow(basePath: string, url: string): string | null {
  if (!url.startsWith(basePath)) return null;
  const rest = url.slice(basePath.length);
  if (rest.startsWith("/")) return rest;
  return rest === "" || rest.startsWith("?") ? `/${rest}` : null;
}
