import type { Acknowledged, PublisherEvidence } from "./evidence.ts";
import type { Findings } from "./findings.ts";
import type { StreamLedger } from "./stream-ledger.ts";

/** Holds what publishers were told against what is stored. */
export function auditPublishers(
  publishers: readonly PublisherEvidence[],
  ledgers: ReadonlyMap<string, StreamLedger>,
  findings: Findings,
): void {
  const sent = new Set<string>();
  for (const publisher of publishers) {
    for (const { channel, id } of publisher.sent) {
      sent.add(`${channel} ${id}`);
      const ledger = ledgers.get(channel);
      if (ledger !== undefined) ledger.tally.sent += 1;
    }
    for (const refusal of publisher.refusals) findings.add("error", `${publisher.name}: ${refusal}`);
    auditAnswers(publisher, ledgers, findings);
    if (publisher.keepsOrder) auditOrder(publisher, ledgers, findings);
  }
  for (const ledger of ledgers.values()) {
    for (let offset = 1; offset <= ledger.head.offset; offset += 1) {
      const message = ledger.at(offset);
      if (message !== undefined && !sent.has(`${ledger.name} ${message.id}`)) {
        findings.add("foreign", `${ledger.name} ${offset}: nobody sent ${message.id}`);
      }
    }
  }
}

function auditAnswers(
  publisher: PublisherEvidence,
  ledgers: ReadonlyMap<string, StreamLedger>,
  findings: Findings,
): void {
  const firstAnswers = new Map<string, Acknowledged>();
  const asFirst = new Set<string>();
  for (const answer of publisher.acknowledged) {
    const { channel, id, epoch, offset, duplicate } = answer;
    const ledger = ledgers.get(channel);
    if (ledger === undefined) continue;
    const message = `${channel} ${id}`;
    const before = firstAnswers.get(message);
    if (before === undefined) {
      firstAnswers.set(message, answer);
      ledger.tally.acknowledged += 1;
    } else if (ledger.keeping !== "memory" && (before.offset !== offset || before.epoch !== epoch)) {
      const places = `${before.epoch}:${before.offset}, then ${epoch}:${offset}`;
      findings.add("duplicated", `${publisher.name} was told that ${message} is at ${places}`);
      ledger.tally.duplicated += 1;
    }
    if (duplicate) ledger.tally.recognised += 1;
    else if (asFirst.has(message) && ledger.keeping !== "memory") {
      findings.add("duplicated", `${publisher.name}: ${message} was acknowledged twice as the first`);
      ledger.tally.duplicated += 1;
    } else asFirst.add(message);
    ledger.witness(publisher.name, epoch, offset, id);
  }
  for (const { channel, id, epoch, offset } of firstAnswers.values()) {
    const ledger = ledgers.get(channel);
    if (ledger === undefined || ledger.at(offset)?.id === id) continue;
    const mustBeThere = ledger.mustHold(epoch, offset);
    if (mustBeThere || ledger.keeping === "memory") ledger.tally.lost += 1;
    if (mustBeThere) {
      const there = ledger.at(offset)?.id ?? "nothing";
      findings.add("lost", `${channel} ${epoch}:${offset}: ${id} was acknowledged; ${there} is there`);
    }
  }
}

function auditOrder(
  publisher: PublisherEvidence,
  ledgers: ReadonlyMap<string, StreamLedger>,
  findings: Findings,
): void {
  const order = new Map(publisher.sent.map(({ channel, id }, index) => [`${channel} ${id}`, index]));
  for (const ledger of ledgers.values()) {
    let last = -1;
    for (let offset = 1; offset <= ledger.head.offset; offset += 1) {
      const message = ledger.at(offset);
      const index = message === undefined ? undefined : order.get(`${ledger.name} ${message.id}`);
      if (message === undefined || index === undefined) continue;
      if (index < last) {
        ledger.tally.reordered += 1;
        findings.add("reordered", `${ledger.name} ${offset}: ${message.id} overtook an earlier one`);
      }
      last = Math.max(last, index);
    }
  }
}
