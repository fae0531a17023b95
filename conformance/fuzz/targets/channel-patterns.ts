import assert from "node:assert/strict";
import { channelNameProblem, compilePattern, patternProblem } from "@tidewire/protocol";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

/** A pattern matches what its segments say, read one by one; what is no pattern is refused everywhere. */
export const channelPatterns: FuzzTarget = {
  name: "channel-patterns",
  files: ["/protocol/src/pattern.ts", "/protocol/src/channel.ts"],
  // A pattern and a name, a line each.
  seeds: texts(
    "chat.*\nchat.a",
    "**\na.b.c",
    "chat.**\nchat",
    "a.*.c\na.b.c",
    "@*\n@u1",
    "*:x/*\na:x/b",
    "stock.AAPL\nstock.AAPL",
    "a.**.b\na.b",
  ),
  tokens: texts("*", "**", ".", ":", "/", "@*", "@", "$", "#", "\n", "a", "a.", ".*", "/**"),
  maxBytes: 300,
  run(input) {
    const [pattern = "", name = ""] = Buffer.from(input).toString("latin1").split("\n");
    if (patternProblem(pattern) !== undefined) {
      assert.throws(() => compilePattern(pattern), RangeError);
      return;
    }
    const matches = compilePattern(pattern);
    if (channelNameProblem(name) !== undefined) return void matches(name);
    assert.equal(matches(name), matchesBySegment(pattern, name), `${pattern} on ${name}`);
  },
};

const PIECES = /([.:/])/;

/** The rule as docs/rules.md tells it: names and separators in turn, `*` for one name, `**` for any rest. */
function matchesBySegment(pattern: string, name: string): boolean {
  const patternPieces = pattern.split(PIECES);
  const namePieces = name.split(PIECES);
  if (pattern === "**") return true;
  if (patternPieces.at(-1) === "**") {
    const before = patternPieces.slice(0, -2);
    const separator = patternPieces.at(-2);
    if (!piecesMatch(before, namePieces.slice(0, before.length))) return false;
    return namePieces.length === before.length || namePieces[before.length] === separator;
  }
  return piecesMatch(patternPieces, namePieces);
}

function piecesMatch(patternPieces: readonly string[], namePieces: readonly string[]): boolean {
  if (patternPieces.length !== namePieces.length) return false;
  return patternPieces.every((piece, index) => {
    const name = namePieces[index] ?? "";
    if (piece === "*") return true;
    return piece === "@*" ? name.startsWith("@") : piece === name;
  });
}
