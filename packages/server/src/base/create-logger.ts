import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import pino from "pino";
import openRollingFile from "pino-roll";
import type { Logger } from "./logger.ts";
import { redact } from "./redact.ts";
import { monotonicClock } from "./system-clock.ts";
import { TokenBucket } from "./token-bucket.ts";

/** What to log, and where beside standard output. */
export interface LogOptions {
  /** The lowest level that is logged. */
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  /** A folder for files, made when it is missing; null for none. */
  readonly dir: string | null;
  /** A file that has reached this size is followed by the next one. */
  readonly maxFileBytes: number;
  /** At most so many files are there, the current one included; at least 1. */
  readonly maxFiles: number;
}

/** A logger that holds files open. */
export interface OpenLogger extends Logger {
  /** Resolves once every line is written. Nothing may be logged after this. */
  close(): Promise<void>;
}

/** The folder or file for logs cannot be opened. The message names the folder and says what to do. */
export class LogFolderError extends Error {
  override readonly name = "LogFolderError";
}

type Destination = ReturnType<typeof pino.destination>;

/**
 * What JSON leaves as it is, though terminals obey it or turn the text around by it: DEL, the C1 controls, separators of lines, and marks of
 * direction.
 */
const UNSAFE_TO_SHOW = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** What a destination that cannot keep up may hold in memory; further lines are dropped. */
const MAX_WAITING_BYTES = 4 * 1_048_576;

/**
 * Standard output may be a pipe whose reader has stopped, so it is written off the main thread, and by the block: a write for each line
 * was a fifth of the CPU time of a busy fan-out (bench/fan-out.ts). With a minLength of 0, `flush` would also call back before anything is written.
 */
const TO_STDOUT = { dest: 1, sync: false, minLength: 8192, maxLength: MAX_WAITING_BYTES } as const;

/** A line reaches standard output at most so much later. */
const FLUSH_INTERVAL_MS = 100;

/**
 * A file takes a line at once (5 µs), so that a crash loses none. Written off the main thread, it would also outgrow its size: a full
 * file is left only when nothing waits to be written, and under load something always does.
 */
const TO_FILE = { sync: true, minLength: 0, maxLength: MAX_WAITING_BYTES } as const;

/** A reader of standard output that has stopped reading must not keep the server from stopping. */
const FLUSH_TIMEOUT_MS = 1000;

/** For addresses and user ids are in the files. */
const OWNER_AND_GROUP = 0o640;

/** A full disk fails on every line; standard output hears of it once in a while. */
const FAILURE_REPORTS = { count: 1, perMs: 60_000 };

/**
 * Makes the server's logger: one JSON object per line, to standard output and to rotating files.
 *
 * Files are called `tidewire.1.log`, `tidewire.2.log` and so on; the highest number is the current one. No secret reaches a
 * line. Rejects with a LogFolderError.
 */
export async function createLogger(options: LogOptions): Promise<OpenLogger> {
  const { dir, level } = options;
  const file = dir === null ? null : await openFile(dir, options);
  const destination = pino.destination(TO_STDOUT);
  let isGone = false;
  const stdout = { write: (line: string) => void (isGone || destination.write(line)) };
  const flusher = setInterval(() => isGone || destination.flush(), FLUSH_INTERVAL_MS).unref();
  // A terminal that was closed takes nothing any more. Unless it is given up, pino tries again for ever when the process ends.
  destination.on("error", () => {
    isGone = true;
    destination.destroy();
  });
  const closeStdout = async (): Promise<void> => {
    clearInterval(flusher);
    if (!isGone) await flushed(destination);
  };
  if (file === null || dir === null) return openLogger(pinoTo(stdout, level), closeStdout);

  reportFailures(file, pinoTo(stdout, level), dir);
  const both = pino.multistream([
    { level: "debug", stream: stdout },
    { level: "debug", stream: file },
  ]);
  return openLogger(pinoTo(both, level), async () => {
    file.end();
    await Promise.all([once(file, "close"), closeStdout()]);
  });
}

function pinoTo(stream: pino.DestinationStream, level: LogOptions["level"]): pino.Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: isoTimeMember,
      // redact() has made plain objects of errors already.
      serializers: { err: (value: unknown) => value },
      formatters: { level: (label) => ({ level: label }), log: redact },
      hooks: { streamWrite: escapeUnsafe },
    },
    stream,
  );
}

let formattedMs = 0;
let isoTime = "";

/** The time of a line as pino wants it. Lines of one millisecond share the text: making it costs as much as a short line. */
function isoTimeMember(): string {
  const nowMs = Date.now();
  if (nowMs !== formattedMs) {
    formattedMs = nowMs;
    isoTime = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return isoTime;
}

/** The same JSON in characters that may be shown: a peer writes part of many lines, such as its user id. */
function escapeUnsafe(line: string): string {
  return line.replace(UNSAFE_TO_SHOW, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function openFile(dir: string, options: LogOptions): Promise<Destination> {
  try {
    await mkdir(dir, { recursive: true });
    return await openRollingFile({
      file: join(dir, "tidewire.log"),
      size: `${options.maxFileBytes}b`,
      limit: { count: options.maxFiles, removeOtherLogFiles: true },
      ...TO_FILE,
      mode: OWNER_AND_GROUP,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Logs cannot be written to the folder ${dir} (${reason}). Make it writable, or choose another with --log-dir.`;
    throw new LogFolderError(message, { cause });
  }
}

/** Without a listener an `error` would end the process: a full disk must not take the connections with it. */
function reportFailures(file: Destination, toStdout: pino.Logger, dir: string): void {
  const reports = new TokenBucket(FAILURE_REPORTS, monotonicClock.nowMs());
  file.on("error", (err: unknown) => {
    if (!reports.tryTake(monotonicClock.nowMs())) return;
    toStdout.error({ event: "log.failed", dir, err }, "the log files cannot be written");
  });
}

async function flushed(destination: Destination): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FLUSH_TIMEOUT_MS);
    destination.flush(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function openLogger(logger: pino.Logger, close: () => Promise<void>): OpenLogger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    close,
  };
}
