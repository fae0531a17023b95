/**
 * The parts of package-lock.json that completing it reads and writes.
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {{ packages: Record<string, LockedPackage> }} LockFile
 */

const SYSTEMS = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

/**
 * A copy of the lock with an entry for every optional dependency that a locked package names.
 *
 * `added` lists the entries that were missing, as `name@version`. Such an entry has no integrity: the registry
 * that the lock was written from did not have the package, so there was nothing to hash.
 *
 * @param {LockFile} lock
 * @returns {{ lock: LockFile, added: string[] }}
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (`${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages) continue;
      packages[`node_modules/${name}`] = platformPackage(name, version, parent.dev === true);
      added.push(`${name}@${version}`);
    }
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added };
}

/**
 * The entry of a package that holds a binary for one platform, which its name tells: `cli-linux-x64-musl`.
 *
 * @param {string} name
 * @param {string} version must be exact, as parents pin such packages
 * @param {boolean} dev
 * @returns {LockedPackage}
 */
function platformPackage(name, version, dev) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`${name}@${version} is missing from the lock, and its name does not tell its platform`);
  }
  const libc = words.some((word) => word.startsWith("musl"))
    ? "musl"
    : words.some((word) => word.startsWith("gnu")) && "glibc";
  return { version, cpu, ...(dev && { dev }), ...(libc && { libc: [libc] }), optional: true, os };
}
