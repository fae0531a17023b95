import { jsonDepthExceeds, MAX_JSON_DEPTH, type ObjectSchema, Problem } from "@tidewire/protocol";

/**
 * Reads the JSON text of an answer by its schema, or says why it cannot be used.
 *
 * A field that the schema does not have is a mistake: a misspelt one would be ignored without a word, and with it what the backend meant.
 */
export function readAnswer<Answer>(body: string, schema: ObjectSchema<Answer>): Answer | Problem {
  let value: unknown;
  try {
    if (jsonDepthExceeds(body, MAX_JSON_DEPTH)) return new Problem("its answer is nested too deeply");
    value = JSON.parse(body);
  } catch {
    return new Problem("its answer is not JSON");
  }
  const answer = schema.read(value);
  if (answer instanceof Problem) return new Problem(`its answer cannot be used: ${answer.message}`);
  const known = Object.keys(schema.fieldShapes).map((name) => name.replace(/\?$/, ""));
  const given = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const unknown = given.find((name) => !known.includes(name));
  return unknown === undefined
    ? answer
    : new Problem(
        `its answer has the field ${JSON.stringify(unknown.slice(0, 50))}, which is none of ${known.join(", ")}`,
      );
}
