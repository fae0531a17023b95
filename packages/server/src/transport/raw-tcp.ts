import { isUtf8 } from "node:buffer";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { isLoopbackAddress } from "../base/address.ts";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { Pieces } from "../base/pieces.ts";
import type { LimitName } from "../config/limit-table.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Gatherer, Turn } from "../core/turn.ts";
import { type LineAnswer, type LineApi, refusedLine } from "../wire/lines/line-api.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Lines of one connection that wait for their answers; beyond it the socket is not read. */
const MAX_LINES_UNDER_WAY = 256;
const KEEP_ALIVE_MS = 60_000;

/** What is read at once when more is waiting. */
const FULL_READ_BYTES = 65_536;

/** Limits of the raw-TCP interface. */
export interface RawTcpOptions {
  readonly lineBytes: number;
  /** How long a line that has begun may take to end. */
  readonly lineTimeoutMs: number;
  /** Whether other machines may use it without TLS, although the key then crosses the network in clear text. */
  readonly remote: boolean;
}

/** What the raw-TCP interface works with. */
export interface RawTcpPorts {
  readonly lines: Pick<LineApi, "answer">;
  /** Answers leave together with what the lines caused, so a burst of lines costs one write. */
  readonly turn: Turn;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hits: LimitHits;
}

/** JSON lines over a plain socket: a line in, a line back, in order; several may be under way. */
export class RawTcp {
  readonly #options: RawTcpOptions;
  readonly #ports: RawTcpPorts;
  readonly #clients: Set<LineClient> = new Set();

  constructor(options: RawTcpOptions, ports: RawTcpPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Takes a socket whose first bytes, still unread, begin a line. */
  accept(socket: Socket): void {
    const { lines, turn, clock, logger, hits } = this.#ports;
    const client = new LineClient(socket, this.#options.lineBytes, {
      turn,
      answer: (text) => lines.answer(text),
      nowMs: () => clock.nowMs(),
      refused: ({ code, message: problem }, key) => {
        const about = { address: socket.remoteAddress, keyName: key ?? undefined, code, problem };
        logger.warn({ event: "client.refused", ...about }, "a raw-TCP client was refused");
      },
      exceeded: (limit) => hits.hit(limit, { address: socket.remoteAddress }),
      failed: (error) => logger.error({ event: "server.bug", err: error }, "a line could not be handled"),
      closed: () => this.#clients.delete(client),
    });
    this.#clients.add(client);
    const isSafe = socket instanceof TLSSocket || isLoopbackAddress(socket.remoteAddress ?? "");
    if (isSafe || this.#options.remote) client.start();
    else client.turnAway(refuse("insecure_transport"));
  }

  /**
   * Ends clients whose line has not come to its end in time, and those that were told to go and stay.
   *
   * To be called now and then.
   */
  sweep(): void {
    const begunBeforeMs = this.#ports.clock.nowMs() - this.#options.lineTimeoutMs;
    for (const client of this.#clients) {
      if (client.endedAtMs !== null && client.endedAtMs < begunBeforeMs) {
        client.destroy();
      } else if (client.lineBegunAtMs !== null && client.lineBegunAtMs < begunBeforeMs) {
        client.exceed(
          "line_time",
          refuse("request_timeout", "The line did not end in time. End it with a line feed."),
        );
      }
    }
  }

  /** Lets every client have the answers under way, then closes it. */
  endAll(): void {
    for (const client of this.#clients) client.end();
  }

  destroyAll(): void {
    for (const client of this.#clients) client.destroy();
  }
}

type LineLimit = Extract<LimitName, "line_size" | "line_time">;

/** What a client needs from the interface it belongs to. */
interface LineHost {
  readonly turn: Turn;
  answer(text: string): LineAnswer | Promise<LineAnswer>;
  nowMs(): number;
  refused(refusal: Refusal, key: string | null): void;
  exceeded(limit: LineLimit): void;
  failed(error: unknown): void;
  closed(): void;
}

class LineClient implements Gatherer {
  readonly #socket: Socket;
  readonly #maxLineBytes: number;
  readonly #host: LineHost;
  /** The line that has not ended yet. */
  readonly #line: Pieces = new Pieces();
  lineBegunAtMs: number | null = null;
  /** When the last answer was written and the socket's side ended; null while it goes on. */
  endedAtMs: number | null = null;
  #hasComplained = false;
  /** Answers in the order of their lines; null while it is being made. */
  readonly #answers: { done: LineAnswer | null }[] = [];
  #ending = false;
  #gathering = false;

  constructor(socket: Socket, maxLineBytes: number, host: LineHost) {
    this.#socket = socket;
    this.#maxLineBytes = maxLineBytes;
    this.#host = host;
    socket.setTimeout(0);
    socket.setNoDelay(true);
    // A backend that died without a word is noticed by the system.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => host.closed());
  }

  start(): void {
    this.#socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on("end", () => {
      if (this.#line.length > 0) this.#endLine();
      this.end();
    });
    this.#socket.on("drain", () => this.#resumeIfRoom());
  }

  /** Takes no further line, and closes after the answers under way. */
  end(): void {
    this.#ending = true;
    this.#answer();
  }

  /** Takes no further line, and closes with this refusal after the answers under way. */
  turnAway(refusal: Refusal): void {
    this.#line.clear();
    this.lineBegunAtMs = null;
    this.#settle(refusedLine(refusal, true));
  }

  /** Reports the limit, and turns the client away. */
  exceed(limit: LineLimit, refusal: Refusal): void {
    this.#host.exceeded(limit);
    this.turnAway(refusal);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    let from = 0;
    while (!this.#ending) {
      const to = chunk.indexOf(LINE_FEED, from);
      this.#keep(chunk.subarray(from, to < 0 ? chunk.length : to));
      if (this.#line.length > this.#maxLineBytes) {
        const tooLong = refuse("line_too_long", `A line has at most ${this.#maxLineBytes} bytes.`);
        return this.exceed("line_size", tooLong);
      }
      if (to < 0) break;
      this.#endLine();
      from = to + 1;
      if (this.#answers.length >= MAX_LINES_UNDER_WAY) return this.#pauseBefore(chunk.subarray(from));
    }
    if (chunk.length >= FULL_READ_BYTES) this.#pauseForTurn();
  }

  /** As long as more is waiting, the system would hand over the next piece in the same turn, and nobody else would have one. */
  #pauseForTurn(): void {
    this.#socket.pause();
    setImmediate(() => this.#resumeIfRoom());
  }

  /** Leaves the rest for later: in one packet there may be ten thousand lines, for whose answers everybody else would wait. */
  #pauseBefore(rest: Buffer): void {
    this.#socket.pause();
    if (rest.length > 0) this.#socket.unshift(rest);
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#line.add(piece);
    this.lineBegunAtMs ??= this.#host.nowMs();
  }

  #endLine(): void {
    const line = this.#line.take();
    this.lineBegunAtMs = null;
    const text = line.toString("utf8", 0, line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length);
    if (text.trim() === "") return;
    // Decoding put replacement characters where the wrong bytes were: what nobody has written must not be stored.
    if (isUtf8(line)) this.#begin(text);
    else this.#settle(refusedLine(refuse("malformed_json", "The line is not UTF-8."), false));
  }

  #begin(text: string): void {
    let done: LineAnswer | Promise<LineAnswer>;
    try {
      done = this.#host.answer(text);
    } catch (error) {
      return this.#settle(this.#bug(error));
    }
    if (!(done instanceof Promise)) return this.#settle(done);
    const answer: { done: LineAnswer | null } = { done: null };
    this.#answers.push(answer);
    const settle = (ready: LineAnswer): void => {
      answer.done = ready;
      this.#answer();
    };
    done.then(settle, (error: unknown) => settle(this.#bug(error)));
  }

  /** Takes an answer that is ready. After one that ends the connection no further line is begun. */
  #settle(done: LineAnswer): void {
    if (done.end) this.#ending = true;
    this.#answers.push({ done });
    this.#answer();
  }

  #bug(error: unknown): LineAnswer {
    this.#host.failed(error);
    return refusedLine(refuse("internal"), true);
  }

  #answer(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#host.turn.addOutbox(this);
  }

  /** Writes the answers that are ready and whose turn it is. */
  flush(): void {
    this.#gathering = false;
    let lines = "";
    for (let next = this.#answers[0]; next !== undefined && next.done !== null; next = this.#answers[0]) {
      this.#answers.shift();
      lines += `${next.done.json}\n`;
      if (next.done.refusal !== null) this.#complain(next.done.refusal, next.done.key);
      if (next.done.end) {
        this.#ending = true;
        this.#answers.length = 0;
      }
    }
    // Who does not read the answers is not listened to either, or they would pile up here.
    if (lines !== "" && this.#socket.writable && !this.#socket.write(lines)) this.#socket.pause();
    if (this.#ending && this.#answers.length === 0) {
      this.endedAtMs ??= this.#host.nowMs();
      this.#socket.end();
      // What still comes is read and dropped, so that the last answer is not lost to a reset.
      this.#socket.resume();
      return;
    }
    this.#resumeIfRoom();
  }

  /** One line in the log for each connection, however much of what it sends is wrong. */
  #complain(refusal: Refusal, key: string | null): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    this.#host.refused(refusal, key);
  }

  #resumeIfRoom(): void {
    const room = this.#answers.length < MAX_LINES_UNDER_WAY / 2 && !this.#socket.writableNeedDrain;
    if (room && this.#socket.isPaused()) this.#socket.resume();
  }
}
