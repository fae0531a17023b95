import { Failure } from "../lib/run.mjs";

/** Who talks. The last one is whose screen is taken. */
const PEOPLE = {
  ada: ["Ada", "reef1"],
  mei: ["Mei 小美", "gull7"],
  kofi: ["Kofi", "amber"],
  noa: ["Noa", "tide"],
};

/** What is said, in order: by a person, or by the backend. @type {readonly (readonly [string, unknown])[]} */
const TALK = [
  ["ada", "Morning! Did last night's import finish?"],
  ["mei", "Yes, at 03:12. I watched it from bed 😄"],
  [
    "mei",
    "My phone was locked for an hour. When I unlocked it, everything I had missed was there, in order.",
  ],
  ["backend", { text: "Deploy 418 is live." }],
  ["backend", { build: 418, status: "passed", seconds: 73 }],
  ["noa", "There it is. That came straight from the build script?"],
  ["kofi", "One curl line. 谢谢！"],
  ["mei", "@Noa lunch at one?"],
];

/**
 * Four people in the lobby, and a backend that joins in.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeChat(studio) {
  /** @type {Map<string, import("playwright-core").Page>} */
  const pages = new Map();
  for (const [user, [name = "", face = ""]] of Object.entries(PEOPLE)) {
    const self = `${user} ${face} ${encodeURIComponent(name)}`;
    pages.set(user, await studio.visit("/demo/chat", { "tidewire.chat.self": self }));
  }
  const [screen] = [...pages.values()].slice(-1);
  if (screen === undefined) throw new Failure("Nobody is there whose screen could be taken.");
  for (const [speaker, said] of TALK) {
    const shown = screen.getByTestId("message");
    const before = await shown.count();
    const typed = pages.get(speaker)?.locator("textarea");
    if (typed === undefined) await studio.post("/api/channels/demo.chat.lobby/messages", { data: said });
    else {
      await typed.fill(String(said));
      await typed.press("Enter");
    }
    await shown.nth(before).waitFor();
  }
  return screen;
}
