import { type Finding, fail, ok } from "./finding.ts";

/** The oldest Node that is supported, as package.json says. */
const OLDEST = [20, 19] as const;

/** Whether this Node is new enough. `version` is like `20.19.1`. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!isOld) return ok("node", `Node ${version}`);
  return fail("node", `Node ${version} is older than ${OLDEST.join(".")}.`, "nvm install --lts");
}
