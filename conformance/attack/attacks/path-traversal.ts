import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

const TARGETS = ["etc/passwd", "package.json", "data/api-key", "src/cli/main.ts", "tidewire.json"];

const UPS: readonly string[] = [
  "../",
  "..%2f",
  "%2e%2e/",
  "%2e%2e%2f",
  "%252e%252e%252f",
  "..\\",
  "..%5c",
  "%2e%2e%5c",
  "..;/",
  "....//",
  "%c0%ae%c0%ae/",
  "%c0%ae%c0%ae%c0%af",
  "%u002e%u002e/",
  ".%00./",
  "..%00/",
  "%ef%bc%8e%ef%bc%8e/",
];

const BASES = ["/", "/assets/", "/demo/", "/demo/chat/", "/client.js/", "/api/"];

/** Fewer than the server takes without an answer. */
const PARCEL = 10;

/** What is in files that must not be served. */
const LEAKS = [/^root:.*:0:0:/m, /"private": true/, /"name": "tidewire"/, /^import .* from /m];

/** Files outside of the pages' folder. */
export const pathTraversal: Attack = {
  name: "path traversal",
  target: "open",
  tried: `${UPS.length} spellings of \`../\` (encoded, twice encoded, overlong, with backslashes and null bytes), one and eight levels, below ${BASES.length} paths, towards ${TARGETS.length} files; also absolute paths, drives and hidden files`,
  defence: "400, 403 or 404; nothing but the built pages is ever read",
  async run(arena) {
    const paths = [
      ...BASES.flatMap((base) =>
        UPS.flatMap((up) =>
          TARGETS.flatMap((file) => [1, 8].map((levels) => `${base}${up.repeat(levels)}${file}`)),
        ),
      ),
      ...["//etc/passwd", "/%2fetc%2fpasswd", "/c:/windows/win.ini", "/file:///etc/passwd", "/~root"],
      ...["/.env", "/.git/config", "/assets/.hidden", "/%2egit/config", "/index.html%00.js", "/con", "/nul"],
    ];
    const everyNth = arena.amount(7, 1);
    const tried = paths.filter((_, index) => index % everyNth === 0);
    // A few on each connection: a thousand connections would only test connecting.
    for (let from = 0; from < tried.length; from += PARCEL) {
      const parcel = tried.slice(from, from + PARCEL);
      const requests = parcel.map((path, index) =>
        request(arena, `GET ${path} HTTP/1.1`, [
          `Connection: ${index === parcel.length - 1 ? "close" : "keep-alive"}`,
        ]),
      );
      const { answers } = await exchange(arena, requests.join(""));
      arena.expect(answers.length === parcel.length, `${answers.length} answers to ${parcel.length} paths`);
      answers.forEach(({ status, body }, index) => {
        arena.count(status);
        const leaks = body.includes(arena.server.apiKey) || LEAKS.some((leak) => leak.test(body));
        arena.expect(!leaks, `${parcel[index]} leads out of the pages`);
        arena.expect(status < 500, `${parcel[index]} was answered ${status}`);
      });
    }
    return `${tried.length} paths: ${arena.outcomes()}`;
  },
};
