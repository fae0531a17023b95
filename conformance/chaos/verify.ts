import type { Evidence } from "./evidence.ts";
import { Findings, type Verdict } from "./findings.ts";
import { auditPublishers } from "./publisher-audit.ts";
import { StreamLedger } from "./stream-ledger.ts";
import { SubscriptionAudit } from "./subscription-audit.ts";

/**
 * Holds everything that was recorded in a run against the guarantees. Pure.
 *
 * What was acknowledged is stored at the position that was named, once, whole, and in the publisher's order; every subscriber got all that is
 * stored, in order, once, and nothing that is not; where a channel may lose something, the subscriber was told what.
 */
export function verify(evidence: Evidence): Verdict {
  const findings = new Findings();
  const ledgers = new Map(
    evidence.channels.map((channel) => [channel.name, new StreamLedger(channel, findings)]),
  );
  auditPublishers(evidence.publishers, ledgers, findings);
  for (const { name, heard, complaints } of evidence.subscribers) {
    for (const complaint of complaints) findings.add("error", `${name}: ${complaint}`);
    for (const [channel, frames] of heard) {
      const ledger = ledgers.get(channel);
      if (ledger === undefined)
        findings.add("foreign", `${name} heard of ${channel}, which is not part of this`);
      else new SubscriptionAudit(name, ledger, findings).walk(frames);
    }
  }
  for (const { user, channel, confirmed, found } of evidence.cursors) {
    if ((found ?? 0) >= confirmed) continue;
    findings.add(
      "lost",
      `${user} had read ${channel} up to ${confirmed}; the server says ${found ?? "nothing"}`,
    );
  }
  for (const error of evidence.serverErrors) findings.add("error", `the server: ${error}`);
  return findings;
}
