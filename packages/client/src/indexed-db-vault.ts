import type { Position } from "@tidewire/protocol";
import type { StoredPublish, Vault, VaultPorts, VaultScope } from "./vault.ts";

/*
 * The vault of browsers, in IndexedDB. Loaded only by clients with `persist: true`.
 *
 * Several pages of one user may be open. Each holds a Web Lock as long as it lives, and marks what it writes with its
 * name, so a page that opens takes over what closed and killed pages left, and leaves alone what living ones will send
 * themselves. Where there are no locks, two pages may send the same publish; its message id makes that harmless.
 */

const DATABASE = "tidewire";
const PUBLISHES = "publishes";
const POSITIONS = "positions";
const LOCK_PREFIX = "tidewire:";

/** A database that does not open in this time is held by something, and the client goes on without it. */
const OPEN_TIMEOUT_MS = 2000;

interface PublishRow extends StoredPublish {
  readonly scope: string;
  /** The page that will send it. */
  readonly owner: string;
}

/** Opens the vault of one user of one server. Rejects when the browser gives no storage. */
export async function openVault({ url, user }: VaultScope, ports: VaultPorts): Promise<Vault> {
  const scope = JSON.stringify([url, user]);
  const owner = `${LOCK_PREFIX}${ports.now()}.${Math.random()}`;
  const releaseLock = await holdLock(owner);
  try {
    const database = await openDatabase();
    const publishes = await adopt(database, scope, owner);
    const positions = await readPositions(database, scope);
    return new DatabaseVault({ database, scope, user, owner, publishes, positions, releaseLock, ports });
  } catch (error) {
    releaseLock();
    throw error;
  }
}

interface VaultParts {
  readonly database: IDBDatabase;
  readonly scope: string;
  readonly user: string | undefined;
  readonly owner: string;
  readonly publishes: readonly StoredPublish[];
  readonly positions: ReadonlyMap<string, Position>;
  readonly releaseLock: () => void;
  readonly ports: VaultPorts;
}

class DatabaseVault implements Vault {
  readonly user: string | undefined;
  readonly publishes: readonly StoredPublish[];
  readonly positions: ReadonlyMap<string, Position>;
  readonly #parts: VaultParts;
  readonly #moved = new Map<string, Position | undefined>();
  #isClosed = false;

  constructor(parts: VaultParts) {
    this.user = parts.user;
    this.publishes = parts.publishes;
    this.positions = parts.positions;
    this.#parts = parts;
  }

  save({ channel, messageId, text, createdAtMs }: StoredPublish): void {
    const { scope, owner } = this.#parts;
    const row: PublishRow = { scope, owner, channel, messageId, text, createdAtMs };
    this.#write(PUBLISHES, (store) => store.put(row));
  }

  remove(messageId: string): void {
    this.#write(PUBLISHES, (store) => store.delete([this.#parts.scope, messageId]));
  }

  savePosition(channel: string, position: Position | undefined): void {
    // One write for all that a burst moves.
    if (this.#moved.size === 0) queueMicrotask(() => this.#writePositions());
    this.#moved.set(channel, position);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#writePositions();
    this.#isClosed = true;
    const { database, releaseLock } = this.#parts;
    // Transactions that have begun are carried out first.
    database.close();
    releaseLock();
  }

  #writePositions(): void {
    if (this.#moved.size === 0) return;
    const { scope } = this.#parts;
    const moved = [...this.#moved];
    this.#moved.clear();
    this.#write(POSITIONS, (store) => {
      for (const [channel, position] of moved) {
        if (position === undefined) store.delete([scope, channel]);
        else advance(store, scope, channel, position);
      }
    });
  }

  #write(storeName: string, act: (store: IDBObjectStore) => void): void {
    if (this.#isClosed) return;
    const { database, ports } = this.#parts;
    try {
      const transaction = database.transaction(storeName, "readwrite");
      transaction.addEventListener("abort", () => ports.report(transaction.error));
      act(transaction.objectStore(storeName));
    } catch (error) {
      ports.report(error);
    }
  }
}

/** Writes a position, unless another page is further within the epoch. */
function advance(store: IDBObjectStore, scope: string, channel: string, position: Position): void {
  const { epoch, offset } = position;
  const found = store.get([scope, channel]);
  found.addEventListener("success", () => {
    const before: unknown = found.result;
    const isOlder = isPositionRow(before) && before.epoch === epoch && before.offset > offset;
    if (!isOlder) store.put({ scope, channel, epoch, offset });
  });
}

/** Waits for a lock that nobody else asks for, and gives what releases it. Nothing where there are no locks. */
function holdLock(name: string): Promise<() => void> {
  const { locks }: Partial<Navigator> = navigator;
  return new Promise((resolve) => {
    if (locks === undefined) {
      resolve(() => {});
      return;
    }
    const isHeld = (): Promise<void> =>
      new Promise((release) => {
        resolve(release);
      });
    locks.request(name, isHeld).catch(() => resolve(() => {}));
  });
}

/** The pages that are alive. */
async function livingOwners(): Promise<ReadonlySet<string>> {
  const { locks }: Partial<Navigator> = navigator;
  const { held = [] } = (await locks?.query()) ?? {};
  return new Set(held.flatMap(({ name }) => (name === undefined ? [] : [name])));
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    const timer = setTimeout(() => reject(new Error("IndexedDB does not open.")), OPEN_TIMEOUT_MS);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore(PUBLISHES, { keyPath: ["scope", "messageId"] });
      request.result.createObjectStore(POSITIONS, { keyPath: ["scope", "channel"] });
    });
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed.")));
    request.addEventListener("success", () => {
      clearTimeout(timer);
      const database = request.result;
      // Else a newer version of the SDK in another page would wait for this one for ever.
      database.addEventListener("versionchange", () => database.close());
      resolve(database);
    });
  });
}

/** Takes over what pages that are gone left, in one transaction, so that no two pages take the same. */
async function adopt(database: IDBDatabase, scope: string, owner: string): Promise<StoredPublish[]> {
  const living = await livingOwners();
  const transaction = database.transaction(PUBLISHES, "readwrite");
  const store = transaction.objectStore(PUBLISHES);
  const rows: PublishRow[] = [];
  const found = store.getAll(rangeOf(scope));
  found.addEventListener("success", () => {
    const all: unknown[] = found.result;
    rows.push(...all.filter(isPublishRow).filter((row) => !living.has(row.owner)));
    for (const row of rows) store.put({ ...row, owner });
  });
  await completion(transaction);
  return rows.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
}

async function readPositions(database: IDBDatabase, scope: string): Promise<Map<string, Position>> {
  const transaction = database.transaction(POSITIONS, "readonly");
  const found = transaction.objectStore(POSITIONS).getAll(rangeOf(scope));
  await completion(transaction);
  const rows: unknown[] = found.result;
  return new Map(
    rows.filter(isPositionRow).map(({ channel, epoch, offset }) => [channel, { epoch, offset }]),
  );
}

/** Every key that begins with the scope: an array sorts behind every text. */
function rangeOf(scope: string): IDBKeyRange {
  return IDBKeyRange.bound([scope], [scope, []]);
}

function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener("complete", () => resolve());
    transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("IndexedDB failed.")));
  });
}

function isPublishRow(row: unknown): row is PublishRow {
  return (
    hasTexts(row, "owner", "channel", "messageId", "text") &&
    "createdAtMs" in row &&
    typeof row.createdAtMs === "number"
  );
}

function isPositionRow(row: unknown): row is Position & { readonly channel: string } {
  return hasTexts(row, "channel", "epoch") && "offset" in row && Number.isSafeInteger(row.offset);
}

function hasTexts(row: unknown, ...names: readonly string[]): row is object {
  if (typeof row !== "object" || row === null) return false;
  return names.every((name) => typeof Reflect.get(row, name) === "string");
}
