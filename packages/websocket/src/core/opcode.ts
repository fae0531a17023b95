/** What a frame is, by its four opcode bits (RFC 6455 §5.2). */
export const Opcode = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** The opcode for four bits off the wire, or undefined for a reserved one. */
export function opcodeOf(bits: number): Opcode | undefined {
  switch (bits) {
    case Opcode.continuation:
    case Opcode.text:
    case Opcode.binary:
    case Opcode.close:
    case Opcode.ping:
    case Opcode.pong:
      return bits;
    default:
      return undefined;
  }
}

/** The longest payload a control frame may carry, in bytes (RFC 6455 §5.5). */
export const MAX_CONTROL_PAYLOAD_BYTES = 125;
