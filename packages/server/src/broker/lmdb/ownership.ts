import { readFileSync } from "node:fs";
import { StoreInUse } from "../store-errors.ts";
import type { Environment } from "./environment.ts";
import { META_OWNER } from "./keys.ts";
import { Fields, parseJson } from "./stream-record.ts";

/** Names one run of one process: a process id alone is given away again. */
interface Owner {
  readonly pid: number;
  /** When the process began, in a unit of the system's own; empty where it is not known. */
  readonly started: string;
}

/**
 * Takes the data folder for this process, or throws StoreInUse when a living one has it.
 *
 * The owner stands in the database itself, and is looked at and replaced in one transaction, whose lock the system releases with the
 * process: nothing stale can be left by `kill -9`, and of two processes that start together one sees the other.
 */
export function claim(environment: Environment, path: string): void {
  const self: Owner = { pid: process.pid, started: startOf(process.pid) };
  environment.exclusively((writer) => {
    const bytes = environment.get(META_OWNER);
    const owner = bytes === undefined ? null : decodeOwner(bytes);
    if (owner !== null && isAlive(owner)) {
      throw new StoreInUse(
        `The data folder ${path} is in use by process ${owner.pid}. ` +
          "Stop that process first, or give this one a folder of its own (--data).",
      );
    }
    writer.put(META_OWNER, Buffer.from(JSON.stringify(self)));
  });
}

/** Gives the folder back, if it can be written. */
export function release(environment: Environment): void {
  try {
    environment.exclusively((writer) => writer.remove(META_OWNER));
  } catch {
    // The end of the process gives it back as well.
  }
}

function decodeOwner(bytes: Buffer): Owner {
  const fields = new Fields(parseJson(bytes));
  return { pid: fields.number("pid"), started: fields.text("started") };
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const started = startOf(owner.pid);
  return owner.started === "" || started === "" || owner.started === started;
}

/**
 * When a process began: on Linux its `starttime` (proc(5), field 22) and the boot that it counts from; elsewhere unknown.
 *
 * A container's first process always has the id 1, so the id alone would keep it from ever starting again after `kill -9`.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    // The name in field 2 may hold spaces and parentheses, so fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot}:${fields[19] ?? ""}`;
  } catch {
    return "";
  }
}
