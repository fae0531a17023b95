import { separatedSegments } from "@tidewire/protocol";

interface Node<T> {
  /** What follows, by separator and segment; a `*` is one of them. */
  readonly next: Map<string, Node<T>>;
  /** The values of patterns that end here. */
  readonly here: Map<string, T>;
  /** The values of patterns that go on with `**`, by the separator before it and the pattern. */
  readonly rest: Map<string, Map<string, T>>;
}

const ANY_REST = "**";
const ONE_SEGMENT = "*";

/**
 * A map from patterns to values that is asked with names.
 *
 * Finding what matches a name takes time by the segments of the name and by the patterns that agree with its beginning; all others
 * cost nothing. A pattern matches what `compilePattern` says.
 */
export class PatternTrie<T> {
  readonly #root: Node<T> = emptyNode();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(pattern: string): T | undefined {
    const { node, last } = this.#find(pattern);
    return node === undefined ? undefined : valuesOf(node, last)?.get(pattern);
  }

  /** Sets the value of a pattern, which `patternProblem` must have found in order. */
  set(pattern: string, value: T): void {
    const segments = separatedSegments(pattern);
    const last = segments.at(-1) ?? "";
    let node = this.#root;
    for (const segment of isRest(last) ? segments.slice(0, -1) : segments) {
      let next = node.next.get(segment);
      if (next === undefined) {
        next = emptyNode();
        node.next.set(segment, next);
      }
      node = next;
    }
    const values = valuesOf(node, last) ?? restOf(node, separatorOf(last));
    if (!values.has(pattern)) this.#size += 1;
    values.set(pattern, value);
  }

  delete(pattern: string): void {
    if (this.get(pattern) === undefined) return;
    this.#size -= 1;
    remove(this.#root, separatedSegments(pattern), 0, pattern);
  }

  /** The values of all patterns that match this name, in no particular order. */
  matching(name: string): readonly T[] {
    const found: T[] = [];
    if (this.#size > 0) collect(this.#root, separatedSegments(name), 0, found);
    return found;
  }

  #find(pattern: string): { readonly node: Node<T> | undefined; readonly last: string } {
    const segments = separatedSegments(pattern);
    const last = segments.at(-1) ?? "";
    let node: Node<T> | undefined = this.#root;
    for (const segment of isRest(last) ? segments.slice(0, -1) : segments) node = node?.next.get(segment);
    return { node, last };
  }
}

function collect<T>(node: Node<T>, segments: readonly string[], index: number, found: T[]): void {
  const segment = segments[index];
  if (segment === undefined) {
    found.push(...node.here.values());
    // "chat.**" matches "chat", too.
    for (const values of node.rest.values()) found.push(...values.values());
    return;
  }
  const separator = separatorOf(segment);
  const rest = node.rest.get(separator);
  if (rest !== undefined) found.push(...rest.values());
  const literal = node.next.get(segment);
  if (literal !== undefined) collect(literal, segments, index + 1, found);
  const wildcard = node.next.get(separator + ONE_SEGMENT);
  if (wildcard !== undefined) collect(wildcard, segments, index + 1, found);
}

/** Takes a pattern out below a node, with what is empty afterwards. */
function remove<T>(node: Node<T>, segments: readonly string[], index: number, pattern: string): void {
  const segment = segments[index];
  if (segment === undefined) {
    node.here.delete(pattern);
  } else if (isRest(segment)) {
    const separator = separatorOf(segment);
    const values = node.rest.get(separator);
    values?.delete(pattern);
    if (values?.size === 0) node.rest.delete(separator);
  } else {
    const next = node.next.get(segment);
    if (next === undefined) return;
    remove(next, segments, index + 1, pattern);
    if (next.here.size + next.rest.size + next.next.size === 0) node.next.delete(segment);
  }
}

function emptyNode<T>(): Node<T> {
  return { next: new Map(), here: new Map(), rest: new Map() };
}

/** Where the values of patterns stand that end with this segment; undefined when there are none yet. */
function valuesOf<T>(node: Node<T>, last: string): Map<string, T> | undefined {
  return isRest(last) ? node.rest.get(separatorOf(last)) : node.here;
}

function restOf<T>(node: Node<T>, separator: string): Map<string, T> {
  const values = new Map<string, T>();
  node.rest.set(separator, values);
  return values;
}

function isRest(segment: string): boolean {
  return segment.endsWith(ANY_REST);
}

function separatorOf(segment: string): string {
  const [first = ""] = segment;
  return first === "." || first === ":" || first === "/" ? first : "";
}
