// Imported first by every script: ends the process with a clear sentence on a Node that is too old.
import process from "node:process";

const MINIMUM_MAJOR = 20;
const MINIMUM_MINOR = 19;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < MINIMUM_MAJOR || (major === MINIMUM_MAJOR && minor < MINIMUM_MINOR)) {
  console.error(
    `Tidewire needs Node ${MINIMUM_MAJOR}.${MINIMUM_MINOR} or newer; this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
