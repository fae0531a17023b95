import type { Control, Verdict, VerdictChange, VerdictKind } from "../../core/control.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";
import type { Environment, Writer } from "./environment.ts";
import type { GroupCommit, Member } from "./group-commit.ts";
import { verdictKey, verdictKeys } from "./keys.ts";

/*
 * A verdict, version 1: version(1) = 1 · kind(1) · since in ms(6) · until in ms(6), 0 for good · length of the subject(2) · subject · reason
 */
const VERSION = 1;
const HEADER_BYTES = 16;

const KINDS = { ban: 0x62, session: 0x73, tokens: 0x74 } as const satisfies Record<VerdictKind, number>;
const KIND_OF: ReadonlyMap<number, VerdictKind> = new Map([
  [KINDS.ban, "ban"],
  [KINDS.session, "session"],
  [KINDS.tokens, "tokens"],
]);

/** Verdicts on disk. They wait for the disk: who was told that somebody is banned may rely on it after a power cut. */
export class LmdbControl implements Control {
  readonly #environment: Environment;
  readonly #commits: GroupCommit;

  constructor(environment: Environment, commits: GroupCommit) {
    this.#environment = environment;
    this.#commits = commits;
  }

  async load(): Promise<readonly Verdict[]> {
    return [...this.#environment.entries(verdictKeys())].map(({ value }) => decode(value));
  }

  async write(changes: readonly VerdictChange[]): Promise<boolean> {
    const group = this.#commits.join();
    if (group === null) return false;
    group.members.push(new VerdictChanges(changes));
    return group.settled;
  }
}

class VerdictChanges implements Member {
  readonly flush = true;
  readonly #changes: readonly VerdictChange[];

  constructor(changes: readonly VerdictChange[]) {
    this.#changes = changes;
  }

  write(writer: Writer): void {
    for (const { kind, subject, verdict } of this.#changes) {
      const key = verdictKey(KINDS[kind], subject);
      if (verdict === null) writer.remove(key);
      else writer.put(key, encode(verdict));
    }
  }

  kept(): void {}

  lost(): void {}

  repair(): void {
    // What a failed flush left behind is what the caller holds in memory, and was told to be in doubt about.
  }
}

function encode({ kind, subject, reason, sinceMs, untilMs }: Verdict): Buffer {
  const subjectBytes = Buffer.from(subject);
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = VERSION;
  header[1] = KINDS[kind];
  header.writeUIntBE(sinceMs, 2, 6);
  header.writeUIntBE(untilMs ?? 0, 8, 6);
  header.writeUInt16BE(subjectBytes.length, 14);
  return Buffer.concat([header, subjectBytes, Buffer.from(reason)]);
}

function decode(bytes: Buffer): Verdict {
  if (bytes.length < HEADER_BYTES) throw new StoreDamaged("A stored ban or kick is cut off.");
  if (bytes[0] !== VERSION)
    throw new StoreTooNew(`A stored ban or kick has format ${bytes[0]}; this version knows ${VERSION}.`);
  const reasonAt = HEADER_BYTES + bytes.readUInt16BE(14);
  return {
    kind: kindOf(bytes[1]),
    subject: bytes.toString("utf8", HEADER_BYTES, reasonAt),
    reason: bytes.toString("utf8", reasonAt),
    sinceMs: bytes.readUIntBE(2, 6),
    untilMs: bytes.readUIntBE(8, 6) || null,
  };
}

function kindOf(byte: number | undefined): VerdictKind {
  const kind = KIND_OF.get(byte ?? 0);
  if (kind !== undefined) return kind;
  throw new StoreTooNew(`A stored verdict is of kind ${byte}, which this version does not know.`);
}
