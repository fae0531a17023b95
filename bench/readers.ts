/**
 * Many subscribers in one cheap process: raw sockets that count frames and look at nothing else.
 *
 * A reader with a WebSocket library would cost several times what the server costs and become the bottleneck.
 */
import { connect, type Socket } from "node:net";
import { answerParent } from "./support/child.ts";

interface Opening {
  readonly port: number;
  readonly count: number;
  /** How many connect at the same time; 100 unless told. */
  readonly atOnce?: number;
  readonly path: string;
  /** Frames that come before the first message, such as `connected` and `subscribed`. */
  readonly greetings: number;
}

let frames = 0;
const sockets: Socket[] = [];

function open({ port, path, greetings }: Opening): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    socket.write(request);
    socket.setNoDelay(true);
    socket.on("error", reject);
    sockets.push(socket);
    let greeted = 0;
    let upgraded = false;
    let skip = 0;
    let rest: Buffer | null = null;
    socket.on("data", (chunk: Buffer) => {
      let bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
      rest = null;
      if (!upgraded) {
        const end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
          rest = bytes;
          return;
        }
        upgraded = true;
        bytes = bytes.subarray(end + 4);
        if (greetings === 0) resolve();
      }
      let at = skip;
      while (at < bytes.length) {
        if (at + 4 > bytes.length) {
          rest = bytes.subarray(at);
          at = bytes.length;
          break;
        }
        const opcode = (bytes[at] ?? 0) & 15;
        const short = bytes[at + 1] ?? 0;
        if (short === 127) throw new Error("a frame is longer than this reader knows");
        const length = short < 126 ? 2 + short : 4 + bytes.readUInt16BE(at + 2);
        at += length;
        if (opcode === 9) continue;
        if (greeted < greetings) {
          greeted += 1;
          if (greeted === greetings) resolve();
        } else frames += 1;
      }
      skip = rest === null ? at - bytes.length : 0;
    });
  });
}

answerParent({
  open: async (opening: Opening) => {
    const { atOnce = 100 } = opening;
    for (let done = 0; done < opening.count; done += atOnce) {
      const batch = Math.min(atOnce, opening.count - done);
      await Promise.all(Array.from({ length: batch }, () => open(opening)));
    }
    return sockets.length;
  },
  frames: () => frames,
});
