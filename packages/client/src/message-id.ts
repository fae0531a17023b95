/** Makes a random message id of 128 bits. `crypto.randomUUID` exists in secure contexts only, this one everywhere. */
export function randomMessageId(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}
