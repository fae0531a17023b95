import { LOG_EVENTS } from "../../packages/server/src/base/log-events.ts";

/** Far more than an honest line has; the stack of a bug may have this much. */
const LONGEST_LINE = 16_384;

/** The controls of both sets (C0, C1): what a terminal would obey. */
const CONTROLS = /\p{Cc}/u;

/**
 * Says what is wrong with lines that were logged during an attack.
 *
 * Each must be one JSON object with an event of the table, of bounded length, without anything that a terminal obeys and without
 * a secret; and an error there means that something failed that never should.
 */
export function logProblems(lines: readonly string[], secrets: ReadonlySet<string>): readonly string[] {
  return lines.flatMap((line) => {
    const start = line.slice(0, 300);
    const problems: string[] = [];
    if (line.length > LONGEST_LINE)
      problems.push(`a line of the log has ${line.length} characters: ${start}`);
    if (CONTROLS.test(line)) problems.push(`the log has a control character: ${JSON.stringify(start)}`);
    const event = eventOf(line);
    if (event === undefined) problems.push(`the log has a line that is no event: ${start}`);
    else if (!Object.hasOwn(LOG_EVENTS, event)) problems.push(`an unknown event is logged: ${start}`);
    else if (event === "server.bug") problems.push(`the server has logged a bug: ${line}`);
    for (const secret of secrets)
      if (line.includes(secret)) problems.push(`the log tells a secret (${event ?? ""}): ${start}`);
    return problems;
  });
}

function eventOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === "object" && value !== null && "event" in value;
    return isEvent && typeof value.event === "string" ? value.event : undefined;
  } catch {
    return undefined;
  }
}
