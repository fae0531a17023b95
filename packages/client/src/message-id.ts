/** Makes a random message id of 128 bits. `crypto.randomUUID` exists in secure contexts only, this one everywhere. */
export function randomMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
