const GIVEN = /^#([a-z0-9]{1,16})$/;

/** A name that no other page has. */
export function freshName(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return random.toString(36);
}

/** The name of this page: the one that the link to it gave after `#`, so that whoever made the link knows it; else a fresh one. */
export function pageName(): string {
  return GIVEN.exec(location.hash)?.[1] ?? freshName();
}
