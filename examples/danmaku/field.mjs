/**
 * A member of what somebody sent; undefined where there is none.
 *
 * @param {unknown} data
 * @param {string} name
 * @returns {unknown}
 */
export function field(data, name) {
  return typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
}
