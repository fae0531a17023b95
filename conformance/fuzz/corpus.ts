import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("./corpus/", import.meta.url);

/** The inputs that earlier runs have kept for a target: a line each, in base64. */
export function readCorpus(target: string): readonly Uint8Array[] {
  try {
    const lines = readFileSync(fileOf(target), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => Buffer.from(line, "base64"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

export function writeCorpus(target: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const lines = inputs.map((input) => `${Buffer.from(input).toString("base64")}\n`);
  writeFileSync(fileOf(target), lines.join(""));
}

function fileOf(target: string): string {
  return fileURLToPath(new URL(`${target}.txt`, FOLDER));
}
