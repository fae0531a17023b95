import { PROGRAMS, locateProgram } from "../../scripts/lib/programs.mjs";

/**
 * A program that a test needs: its path, or the reason to skip.
 *
 * `skip` goes straight into the test's options: `it("…", { skip: php.skip }, …)`. Where it is a reason, `path`
 * is empty.
 */
export interface FoundProgram {
  readonly path: string;
  readonly skip: string | false;
}

/** A Chromium or Chrome, for the tests that open pages. */
export function findChromium(): FoundProgram {
  return find("findChromium");
}

/** PHP's command line, for the examples that push from PHP. */
export function findPhp(): FoundProgram {
  return find("findPhp");
}

/** curl, for the examples in shells. */
export function findCurl(): FoundProgram {
  return find("findCurl");
}

/** OpenSSL's command line, for the examples that sign in shells. */
export function findOpenssl(): FoundProgram {
  return find("findOpenssl");
}

/** A Redis or Valkey server, for the tests of several nodes. */
export function findRedisServer(): FoundProgram {
  return find("findRedisServer");
}

/** nginx, for the example of a proxy in front. */
export function findNginx(): FoundProgram {
  return find("findNginx");
}

/** Caddy, for the other one. */
export function findCaddy(): FoundProgram {
  return find("findCaddy");
}

/** What judges units of systemd, for the example of a service. */
export function findSystemdAnalyze(): FoundProgram {
  return find("findSystemdAnalyze");
}

function find(finder: string): FoundProgram {
  const need = PROGRAMS.find((program) => program.finder === finder);
  if (need === undefined) throw new Error(`no program has the finder ${finder}`);
  const path = locateProgram(need);
  return path === undefined
    ? { path: "", skip: `needs ${need.title}: ${need.howTo}` }
    : { path, skip: false };
}
