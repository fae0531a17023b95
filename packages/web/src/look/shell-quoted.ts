/** What needs no quotes in any shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** The text as one word of a POSIX shell. */
export function shellQuoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
