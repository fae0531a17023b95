import { access, constants, open, stat, statfs, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { formatBytes } from "../../base/bytes.ts";
import { randomId } from "../../base/random-id.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const MB = 1024 ** 2;
const LITTLE_BYTES = 1024 * MB;
const TOO_LITTLE_BYTES = 100 * MB;

/** File systems by their number in Linux's statfs(2): those that the store does not suit. */
const NETWORK = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe534d42, "SMB"],
  [0xff534d42, "CIFS"],
]);
const TMPFS = 0x01021994;
const OVERLAY = 0x794c7630;

const CHECK = "data folder";

/** Whether the folder can be written, has room, and lies where the store works and stays. */
export async function dataFolderFinding(folder: string): Promise<Finding> {
  const path = resolve(folder);
  const existing = await nearestExisting(path);
  const problem = await writeProblem(existing, existing === path);
  if (problem !== null) {
    const owner = process.getuid?.() ?? "USER";
    return fail(CHECK, `${path} cannot be written: ${problem}.`, `sudo chown -R ${owner} ${existing}`);
  }
  const { type, bavail, bsize } = await statfs(existing);
  const network = NETWORK.get(type);
  if (network !== undefined) {
    const message = `${path} is on ${network}, where the store's locks and memory maps are not safe.`;
    return fail(CHECK, message, "tidewire serve --data /var/lib/tidewire   # a disk of this machine");
  }
  const freeBytes = bavail * bsize;
  const free = `${formatBytes(Math.floor(freeBytes / MB) * MB)} free`;
  const mend = `df -h ${existing}   # make room, or choose another folder with --data`;
  if (freeBytes < TOO_LITTLE_BYTES) return fail(CHECK, `${path} has only ${free}.`, mend);
  if (freeBytes < LITTLE_BYTES) return warn(CHECK, `${path} has only ${free}.`, mend);
  return placeFinding(type, path, free);
}

function placeFinding(type: number, path: string, free: string): Finding {
  const elsewhere = "tidewire serve --data /var/lib/tidewire";
  if (type === TMPFS) {
    return warn(CHECK, `${path} is in memory (tmpfs): a restart of the machine empties it.`, elsewhere);
  }
  if (type === OVERLAY) {
    const message = `${path} is in the container's own layer, and goes with the container.`;
    return warn(CHECK, message, `docker run -v tidewire-data:${path} …`);
  }
  return ok(CHECK, `${path}, ${free}`);
}

/** Whether others than its owner can read the key; null when there is none to read. */
export async function keyFileFinding(folder: string): Promise<Finding | null> {
  const file = join(folder, "api-key");
  const found = await stat(file).catch(() => null);
  if (found === null || process.platform === "win32") return null;
  if ((found.mode & 0o077) === 0) return ok("API key", `${file}, for its owner only`);
  return fail("API key", `Others can read ${file}.`, `chmod 600 ${file}`);
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found !== null || dirname(path) === path) return path;
  return nearestExisting(dirname(path));
}

/** Writes and flushes a file as the store would; in a folder that is still to be made, permission has to do. */
async function writeProblem(folder: string, isData: boolean): Promise<string | null> {
  try {
    if (!isData) {
      await access(folder, constants.W_OK);
      return null;
    }
    const file = join(folder, `doctor.${randomId(64)}`);
    const handle = await open(file, "wx");
    await handle.writeFile("x");
    await handle.sync();
    await handle.close();
    await unlink(file);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
