import { Duplex } from "node:stream";

type Done = (error?: Error | null) => void;

/**
 * One end of a connection within the process.
 *
 * A write is done once the other end has taken it, so that each end feels the other's backpressure. It counts bytes as sockets do.
 */
export class LocalConnection extends Duplex {
  /** The address of whoever is at the other end, as sockets tell it; undefined where it is not known. */
  readonly remoteAddress: string | undefined;
  bytesRead = 0;
  bytesWritten = 0;
  #other: LocalConnection | null = null;
  /** The other end's write that waits until this end reads. */
  #taken: Done | null = null;

  private constructor(remoteAddress: string | undefined) {
    super();
    this.remoteAddress = remoteAddress;
  }

  /** Makes both ends: the server's, which takes the other for a client at this address, and the client's. */
  static pair(
    clientAddress: string | undefined,
  ): readonly [server: LocalConnection, client: LocalConnection] {
    const server = new LocalConnection(clientAddress);
    const client = new LocalConnection(undefined);
    server.#other = client;
    client.#other = server;
    return [server, client];
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = null;
    // Not within the read: what is written next would come while this end is still busy with what it has.
    if (taken !== null) process.nextTick(taken);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.bytesWritten += chunk.length;
    const other = this.#other;
    if (other === null || other.destroyed) return done();
    other.bytesRead += chunk.length;
    other.#taken = done;
    other.push(chunk);
  }

  override _final(done: Done): void {
    if (this.#other?.destroyed === false) this.#other.push(null);
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    const other = this.#other;
    this.#other = null;
    this.#taken?.();
    this.#taken = null;
    if (other !== null && !other.destroyed) process.nextTick(() => other.destroy());
    done(error);
  }
}
