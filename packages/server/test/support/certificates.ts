import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** Two certificates of their own authority each, valid until 2120: see certificates/README.md. */
export type TestCertificate = "one" | "two";

function fileOf(name: TestCertificate, part: "cert" | "key"): string {
  return fileURLToPath(new URL(`certificates/${name}.${part}.pem`, import.meta.url));
}

/** What clients trust who trust this certificate alone. */
export function trust(name: TestCertificate): Promise<Buffer> {
  return readFile(fileOf(name, "cert"));
}

/** The files of a certificate in a folder of the test's own, where the test may replace them. */
export interface CertificateFolder {
  readonly cert: string;
  readonly key: string;
  /** Copies one half of a certificate into place. */
  put(name: TestCertificate, part: "cert" | "key"): Promise<void>;
}

/** Makes such a folder; the test's end removes it. */
export async function certificateFolder(t: TestContext): Promise<CertificateFolder> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-tls-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const put = (name: TestCertificate, part: "cert" | "key"): Promise<void> =>
    copyFile(fileOf(name, part), files[part]);
  await Promise.all([put("one", "cert"), put("one", "key")]);
  return { ...files, put };
}
