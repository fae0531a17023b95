import { isDeepStrictEqual } from "node:util";
import type { Account } from "./auditor.ts";
import { CHANNELS } from "./soak-settings.ts";
import type { SoakOutcome } from "./soak-run.ts";
import { growth } from "./trend.ts";
import { VITAL_SIGNS, type VitalSign } from "./vital-signs.ts";

/** How one vital sign went in the second half of a run. */
interface Trend {
  readonly sign: VitalSign;
  readonly first: number;
  readonly last: number;
  readonly growth: number;
  readonly limit: number;
}

/** The trends of all vital signs. */
function trendsOf({ samples }: Pick<SoakOutcome, "samples">): readonly Trend[] {
  return Object.entries(VITAL_SIGNS).flatMap(([name, { maxGrowth }]) => {
    if (!isVitalSign(name)) return [];
    const values = samples.slice(samples.length >>> 1).map((sample) => sample[name]);
    const [first = Number.NaN] = values;
    return [
      { sign: name, first, last: values.at(-1) ?? Number.NaN, growth: growth(values), limit: maxGrowth },
    ];
  });
}

/** Everything that a run shows to be wrong, a sentence each; none when the server held. */
export function problemsOf(outcome: SoakOutcome): readonly string[] {
  const { accounts, errors, sessionsLeft, connectionsLeft, publishesCounted, published } = outcome;
  const acknowledged = [...published.values()].reduce((sum, count) => sum + count, 0);
  const expected = acknowledged + outcome.restlessness.published;
  return [
    ...accounts.flatMap((account) => accountProblems(account, outcome)),
    ...trendsOf(outcome)
      .filter((trend) => !(trend.growth <= trend.limit))
      .map(({ sign }) => `${sign} grows`),
    ...errors.map((line) => `the server reports an error: ${line}`),
    ...(sessionsLeft === accounts.length ? [] : [`${sessionsLeft} sessions are left of ${accounts.length}`]),
    ...(connectionsLeft === accounts.length
      ? []
      : [`${connectionsLeft} connections are left of ${accounts.length}`]),
    // A client that is cut off does not hear of its last publishes, so the server may have counted more.
    ...(publishesCounted >= expected ? [] : [`${publishesCounted} publishes were counted of ${expected}`]),
  ];
}

export function reportLines(outcome: SoakOutcome): readonly string[] {
  const { restlessness, webhooks, kicks, published, publishesCounted } = outcome;
  return [
    `${restlessness.lives} lives of restless clients, ${publishesCounted} publishes, ${kicks} kicks, ${webhooks} webhooks`,
    ...outcome.accounts.map((account) => accountLine(account, published.get(account.channel) ?? 0)),
    ...trendsOf(outcome).map(trendLine),
  ];
}

function accountLine({ name, channel, delivered, dropped }: Account, published: number): string {
  // A newer value takes the place of one that was not sent: that is neither delivered nor dropped.
  return channel === CHANNELS.ticker
    ? `${name}: ${published} published, ${delivered} delivered`
    : `${name}: ${published} published = ${delivered} delivered + ${dropped} dropped`;
}

function trendLine(trend: Trend): string {
  const { unit, scale } = VITAL_SIGNS[trend.sign];
  const show = (value: number): string => `${(value / scale).toFixed(1)} ${unit}`.trim();
  return (
    `${trend.sign}: from ${show(trend.first)} to ${show(trend.last)} in the second half, ` +
    `growth ${show(trend.growth)} (limit ${show(trend.limit)})`
  );
}

function accountProblems(account: Account, { published, lastPrices }: SoakOutcome): readonly string[] {
  const { name, channel, delivered, dropped, faults } = account;
  const sent = published.get(channel) ?? 0;
  const problems = faults.map((fault) => `${name}: ${fault}`);
  if (channel === CHANNELS.ticker) {
    for (const [symbol, price] of lastPrices) {
      if (isDeepStrictEqual(account.latest.get(symbol), price)) continue;
      problems.push(`${name}: the last price of ${symbol} did not come`);
    }
    return problems;
  }
  if (delivered + dropped !== sent)
    problems.push(`${name}: ${sent - delivered - dropped} messages unaccounted for`);
  if (channel === CHANNELS.all && dropped > 0) problems.push(`${name}: ${dropped} messages dropped`);
  return problems;
}

function isVitalSign(name: string): name is VitalSign {
  return Object.hasOwn(VITAL_SIGNS, name);
}
