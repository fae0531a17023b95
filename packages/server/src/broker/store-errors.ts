/** Another process works on the data folder; the message says which one and what to do. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
}

/** The data folder was written by a newer version whose format this one does not know. */
export class StoreTooNew extends Error {
  override readonly name = "StoreTooNew";
}

/** What is on disk contradicts the format: a file was damaged, or written by something else. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
}
