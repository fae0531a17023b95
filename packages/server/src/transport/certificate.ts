import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Logger } from "../base/logger.ts";

/** The files of a certificate and its key. */
export interface CertificateFiles {
  /** PEM: the server's certificate first, then those between it and the authority. */
  readonly cert: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

/** A certificate and the key that belongs to it, as TLS takes them. */
export interface SecurePair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The certificate cannot be used. The message names the files and says what is wrong. */
class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Before that, whoever renews certificates should have done so. */
const EXPIRES_SOON_MS = 7 * 86_400_000;

/**
 * The certificate of a server, read again when its files change.
 *
 * The files are compared by what they hold, not watched: certbot replaces links, others rename or write in place, and containers mount whole
 * folders anew, which no watcher sees all of. A pair that cannot be used, such as a new certificate whose key is still to come, leaves the one
 * before in use, and is tried again at the next look.
 */
export class Certificate {
  readonly #files: CertificateFiles;
  readonly #logger: Pick<Logger, "info" | "warn" | "error">;
  readonly #nowMs: () => number;
  #pair: SecurePair;
  /** What was refused last, so that the log says it once. */
  #refused: SecurePair | null = null;

  /** Throws a CertificateError when the files hold no pair that can be used. */
  constructor(files: CertificateFiles, logger: Pick<Logger, "info" | "warn" | "error">, nowMs: () => number) {
    this.#files = files;
    this.#logger = logger;
    this.#nowMs = nowMs;
    this.#pair = readPair(files);
    this.#tell();
  }

  get pair(): SecurePair {
    return this.#pair;
  }

  /** Looks whether the files have changed, and gives the new pair when they have and it can be used; else null. */
  check(): SecurePair | null {
    let found: SecurePair | null = null;
    try {
      found = readFiles(this.#files);
      if (isSame(found, this.#pair)) return null;
      if (this.#refused !== null && isSame(found, this.#refused)) return null;
      checkPair(this.#files, found);
      this.#pair = found;
      this.#refused = null;
      this.#tell();
      return found;
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      if (found === null && this.#refused === UNREADABLE) return null;
      this.#refused = found ?? UNREADABLE;
      const { cert, key } = this.#files;
      const about = { cert, keyFile: key, problem: error.message };
      this.#logger.error({ event: "tls.refused", ...about }, "the certificate before stays in use");
      return null;
    }
  }

  #tell(): void {
    const { subjectAltName, subject, validTo } = new X509Certificate(this.#pair.cert);
    const expiresAtMs = Date.parse(validTo);
    const about = {
      cert: this.#files.cert,
      names: subjectAltName ?? subject,
      validTo: new Date(expiresAtMs).toISOString(),
    };
    this.#logger.info({ event: "tls.certificate", ...about }, "a certificate is in use");
    if (expiresAtMs - this.#nowMs() > EXPIRES_SOON_MS) return;
    this.#logger.warn({ event: "tls.expiring", ...about }, "the certificate expires soon, or has expired");
  }
}

/** Stands for files that cannot be read. */
const UNREADABLE: SecurePair = { cert: Buffer.alloc(0), key: Buffer.alloc(0) };

function readPair(files: CertificateFiles): SecurePair {
  const pair = readFiles(files);
  checkPair(files, pair);
  return pair;
}

function readFiles({ cert, key }: CertificateFiles): SecurePair {
  return { cert: readOne(cert), key: readOne(key) };
}

function readOne(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CertificateError(`The file ${file} cannot be read: ${reason}.`, { cause });
  }
}

function checkPair({ cert, key }: CertificateFiles, pair: SecurePair): void {
  try {
    // Fails as well when the key is not the certificate's.
    createSecureContext(pair);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CertificateError(
      `The certificate in ${cert} and the key in ${key} cannot be used together: ${reason}.`,
      { cause },
    );
  }
}

function isSame(one: SecurePair, other: SecurePair): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key);
}
