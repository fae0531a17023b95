import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomId } from "../base/random-id.ts";
import { generateApiKey } from "./api-key.ts";

/** The API key that the server made for itself. */
export interface KeptKey {
  readonly key: string;
  /** The file that holds it. */
  readonly file: string;
  /** Whether it was made now, at the first start. */
  readonly created: boolean;
}

/** The key cannot be read or kept. The message names the file and says what to do. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

/** The file in the data folder. */
const FILE_NAME = "api-key";

const OWNER_ONLY = 0o600;

/** How file systems without links, such as exFAT, say so. */
const NO_LINKS = ["EPERM", "ENOTSUP", "ENOSYS"] as const;

/**
 * Reads the API key of a data folder, and makes one when there is none.
 *
 * Folder and file are made when they are missing; only their owner may read the file. When several processes start at once, all of
 * them end up with the same key. Rejects with a KeyFileError when the file cannot be read or written, or holds no key.
 */
export async function keptApiKey(dataDir: string): Promise<KeptKey> {
  const file = join(dataDir, FILE_NAME);
  try {
    const found = await readKey(file);
    if (found !== undefined) return { key: found, file, created: false };
    await mkdir(dataDir, { recursive: true });
    const created = await createFile(file, generateApiKey());
    const key = await readKey(file);
    if (key !== undefined) return { key, file, created };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KeyFileError(
      `The API key cannot be kept in ${file} (${reason}). Make the folder writable, or choose another with --data.`,
      { cause },
    );
  }
  throw new KeyFileError(
    `The file ${file} is empty. Write an API key into it, or delete it to have one made.`,
  );
}

/** Reads the API key that a server has kept in this data folder; undefined when there is none. Rejects with a KeyFileError. */
export async function findApiKey(dataDir: string): Promise<string | undefined> {
  const file = join(dataDir, FILE_NAME);
  try {
    return await readKey(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KeyFileError(
      `The API key in ${file} cannot be read (${reason}). Be the user that runs the server, or set TIDEWIRE_API_KEY.`,
      { cause },
    );
  }
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    const content = (await readFile(file, "utf8")).trim();
    return content === "" ? undefined : content;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Writes the file as a whole or not at all; false when another process was first.
 *
 * A link fails when the name is taken, and what it shows is complete, so nobody ever reads half a key.
 */
async function createFile(file: string, key: string): Promise<boolean> {
  const draft = `${file}.${randomId(64)}`;
  const content = `${key}\n`;
  await writeFile(draft, content, { mode: OWNER_ONLY, flag: "wx" });
  try {
    await link(draft, file).catch(async (error: unknown) => {
      if (!NO_LINKS.some((code) => isCode(error, code))) throw error;
      await writeFile(file, content, { mode: OWNER_ONLY, flag: "wx" });
    });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
