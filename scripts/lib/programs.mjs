import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/**
 * A program that some suites need and npm does not bring.
 *
 * @typedef {object} ProgramNeed
 * @property {string} title
 * @property {string} finder the function of test/support/programs.ts by which a test asks for it
 * @property {string} variable an environment variable that names the program, before any search
 * @property {readonly string[]} commands names on PATH, the best first
 * @property {readonly string[]} places absolute paths outside PATH
 * @property {string} aptPackage
 * @property {string} howTo how to get it by hand
 */

/** @type {readonly ProgramNeed[]} */
export const PROGRAMS = [
  {
    title: "Chromium",
    finder: "findChromium",
    variable: "CHROMIUM",
    commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: [
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
    aptPackage: "chromium",
    howTo: "apt-get install chromium, brew install --cask chromium, or CHROMIUM=/path/to/chrome",
  },
  {
    title: "PHP",
    finder: "findPhp",
    variable: "PHP",
    commands: ["php"],
    places: [],
    aptPackage: "php-cli",
    howTo: "apt-get install php-cli, brew install php, or PHP=/path/to/php",
  },
  {
    title: "curl",
    finder: "findCurl",
    variable: "CURL",
    commands: ["curl"],
    places: [],
    aptPackage: "curl",
    howTo: "apt-get install curl, brew install curl, or CURL=/path/to/curl",
  },
  {
    title: "OpenSSL",
    finder: "findOpenssl",
    variable: "OPENSSL",
    commands: ["openssl"],
    places: [],
    aptPackage: "openssl",
    howTo: "apt-get install openssl, brew install openssl, or OPENSSL=/path/to/openssl",
  },
  {
    title: "Redis",
    finder: "findRedisServer",
    variable: "REDIS_SERVER",
    commands: ["redis-server", "valkey-server"],
    places: [],
    aptPackage: "redis-server",
    howTo: "apt-get install redis-server, brew install redis, or REDIS_SERVER=/path/to/redis-server",
  },
  {
    title: "nginx",
    finder: "findNginx",
    variable: "NGINX",
    commands: ["nginx"],
    places: ["/usr/sbin/nginx"],
    aptPackage: "nginx",
    howTo: "apt-get install nginx, brew install nginx, or NGINX=/path/to/nginx",
  },
  {
    title: "Caddy",
    finder: "findCaddy",
    variable: "CADDY",
    commands: ["caddy"],
    places: [],
    aptPackage: "caddy",
    howTo: "apt-get install caddy, brew install caddy, or CADDY=/path/to/caddy",
  },
  {
    title: "systemd",
    finder: "findSystemdAnalyze",
    variable: "SYSTEMD_ANALYZE",
    commands: ["systemd-analyze"],
    places: [],
    aptPackage: "systemd",
    howTo: "apt-get install systemd, or SYSTEMD_ANALYZE=/path/to/systemd-analyze",
  },
];

/**
 * The program's file, or undefined when this machine does not have it.
 *
 * @param {ProgramNeed} need
 * @param {NodeJS.ProcessEnv} [env]
 */
export function locateProgram(need, env = process.env) {
  const chosen = env[need.variable];
  if (chosen !== undefined && chosen !== "") return isProgram(chosen) ? chosen : undefined;
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = need.commands.flatMap((command) => folders.map((folder) => join(folder, command + suffix)));
  return [...onPath, ...need.places].find(isProgram);
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * What the decision to install programs depends on.
 *
 * @typedef {object} Machine
 * @property {string} osRelease the text of /etc/os-release, empty where there is none
 * @property {boolean} root
 * @property {boolean} aptGet whether apt-get is there
 */

/** @returns {Machine} */
export function thisMachine() {
  return {
    osRelease: readIfThere("/etc/os-release"),
    root: process.getuid?.() === 0,
    aptGet: isProgram("/usr/bin/apt-get"),
  };
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * The apt-get calls that bring the missing programs, in order; none where only the user can install them.
 *
 * apt-get is used only as root on Debian and its children: elsewhere it would ask for a password, or be another.
 *
 * @param {readonly ProgramNeed[]} missing
 * @param {Machine} machine
 * @returns {string[][]}
 */
export function aptCalls(missing, machine) {
  const debian = /^(ID|ID_LIKE)=.*\bdebian\b/m.test(machine.osRelease);
  if (missing.length === 0 || !machine.root || !machine.aptGet || !debian) return [];
  const packages = missing.map((need) => need.aptPackage);
  // The lists come first: a fresh image has none, and old ones name packages that are gone.
  return [["update"], ["install", "--yes", "--no-install-recommends", ...packages]];
}
