import type { Role } from "../../src/core/frame-parser.ts";
import type { InboundCompression, MessageLimits, MessageSink } from "../../src/core/message-parser.ts";
import { MessageParser } from "../../src/core/message-parser.ts";
import type { Opcode } from "../../src/core/opcode.ts";

/** Writes down what a parser reports, one line each. */
export class RecordingSink implements MessageSink {
  readonly lines: string[] = [];
  halted = false;
  compression: InboundCompression = "none";
  /** Halts after each message, as a receiver that takes one at a time does. */
  haltAfterMessage = false;

  onText(bytes: Uint8Array, start: number, end: number): void {
    this.#message(`text ${Buffer.from(bytes.subarray(start, end)).toString()}`);
  }
  onBinary(bytes: Uint8Array, start: number, end: number): void {
    this.#message(`binary ${hex(bytes, start, end)}`);
  }
  onCompressed(opcode: Opcode, bytes: Uint8Array, start: number, end: number): void {
    this.#message(`compressed ${opcode} ${hex(bytes, start, end)}`);
  }
  onPing(bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`ping ${hex(bytes, start, end)}`);
  }
  onPong(bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`pong ${hex(bytes, start, end)}`);
  }
  onClose(code: number, reason: string): void {
    this.lines.push(`close ${code} ${reason}`);
  }
  onMessageTooLong(lengthBytes: number): void {
    this.#message(`too long ${lengthBytes}`);
  }
  onFailure(code: number, reason: string): void {
    this.lines.push(`failure ${code} ${reason}`);
  }

  #message(line: string): void {
    this.lines.push(line);
    this.halted = this.haltAfterMessage;
  }
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}

/** Everything a fresh parser reports for these chunks. The chunks are copied, since a parser owns what it gets. */
export function parse(
  chunks: readonly Uint8Array[],
  limits: Partial<MessageLimits> = {},
  compression: InboundCompression = "none",
  role: Role = "server",
): string[] {
  const parser = new MessageParser(role, {
    maxMessageBytes: 1000,
    maxSkippedBytes: 1000,
    acceptBinary: true,
    ...limits,
  });
  const sink = new RecordingSink();
  sink.compression = compression;
  for (const chunk of chunks) parser.push(Buffer.from(chunk), sink);
  return sink.lines;
}
