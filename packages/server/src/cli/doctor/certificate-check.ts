import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { type Finding, fail, ok, warn } from "./finding.ts";

const CHECK = "certificate";
const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;
const RENEW = "certbot renew   # or whatever renews your certificates; the server reads new files by itself";

/** What is looked at. */
export interface CertificateQuestion {
  readonly cert: string;
  readonly key: string;
  /** The name that clients use; null: not known. */
  readonly hostName: string | null;
  readonly nowMs: number;
}

/** Whether the files can be read, belong together, are valid now, and are for this name. */
export async function certificateFinding(question: CertificateQuestion): Promise<Finding> {
  const { cert, key } = question;
  for (const file of [cert, key]) {
    const problem = await readProblem(file);
    if (problem !== null) return fail(CHECK, `${file} cannot be read: ${problem}.`, `sudo chmod g+r ${file}`);
  }
  const pem = await readFile(cert);
  try {
    createSecureContext({ cert: pem, key: await readFile(key) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const mend = `openssl x509 -noout -pubkey -in ${cert}; openssl pkey -pubout -in ${key}   # both must print the same`;
    return fail(CHECK, `${cert} and ${key} do not belong together: ${reason}.`, mend);
  }
  return contentFinding(new X509Certificate(pem), pem.toString(), question);
}

function contentFinding(
  certificate: X509Certificate,
  pem: string,
  { cert, hostName, nowMs }: CertificateQuestion,
): Finding {
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  if (nowMs < from) {
    return fail(
      CHECK,
      `${cert} is not valid before ${day(from)}.`,
      "date -u   # is this machine's clock right?",
    );
  }
  if (nowMs > until) return fail(CHECK, `${cert} expired on ${day(until)}.`, RENEW);
  if (hostName !== null && certificate.checkHost(hostName) === undefined) {
    const names = certificate.subjectAltName ?? certificate.subject;
    return fail(
      CHECK,
      `${cert} is not for ${hostName}, but for ${names}.`,
      `certbot certonly -d ${hostName}`,
    );
  }
  if (until - nowMs < SOON_MS) return warn(CHECK, `${cert} expires on ${day(until)}.`, RENEW);
  const isChained = pem.split("BEGIN CERTIFICATE").length > 2 || certificate.issuer === certificate.subject;
  if (!isChained) {
    const mend = `tidewire serve --tls-cert ${cert.replace(/[^/]*$/, "fullchain.pem")} …`;
    return warn(CHECK, `${cert} lacks those between it and its authority: some clients refuse it.`, mend);
  }
  return ok(CHECK, `${cert}, valid until ${day(until)}`);
}

async function readProblem(file: string): Promise<string | null> {
  try {
    await readFile(file);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
