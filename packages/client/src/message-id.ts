const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH = 21;

/** Makes a random message id of 126 bits. `crypto.randomUUID` exists in secure contexts only, this one everywhere. */
export function randomMessageId(): string {
  let id = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) id += LETTERS.charAt(byte & 63);
  return id;
}
