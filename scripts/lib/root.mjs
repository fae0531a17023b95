import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. Scripts use it instead of the working directory, so they run from anywhere. */
export const ROOT = resolve(fileURLToPath(import.meta.url), "../../..");
