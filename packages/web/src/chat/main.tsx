import { render, type VNode } from "preact";
import { useMemo } from "preact/hooks";
import { firstLanguage, LanguageProvider, useWords } from "../look/language.tsx";
import { browserMemory, recall, tabMemory } from "../look/remembered.ts";
import { followViewportHeight } from "../look/viewport-height.ts";
import { Chat } from "./chat.ts";
import { ChatPage } from "./chat-page.tsx";
import { parseSelf } from "./identity.ts";
import { PageClaims } from "./page-claims.ts";
import { firstRooms } from "./remembered-rooms.ts";
import { findSelf, type SelfMemory } from "./self-memory.ts";
import "../look/tokens.css";
import "../look/base.css";

/** The chat of this page, made once. */
function ChatApp({ memory }: { readonly memory: SelfMemory }): VNode {
  const { say } = useWords();
  const chat = useMemo(() => {
    const made = new Chat({
      url: location.origin,
      self: memory.self,
      rooms: firstRooms(location.hash.slice(1)),
      inboxRefused: () => say("chat.inboxRefused"),
    });
    document.addEventListener("visibilitychange", () => {
      made.setLooking(document.visibilityState === "visible");
    });
    if (!memory.isGuest) {
      // Without locks all windows are this person: one took another name, so does this one.
      window.addEventListener("storage", (event) => {
        if (event.key !== "tidewire.chat.self") return;
        const self = parseSelf(recall("chat.self"));
        if (self !== undefined) made.become(self);
      });
    }
    return made;
    // The chat outlives a change of language.
  }, []);
  return <ChatPage chat={chat} memory={memory} />;
}

/** The page's claim to a person. Undefined on plain http from another host, where browsers have no locks. */
function claimsOfPage(): PageClaims | undefined {
  if (!("locks" in navigator)) return undefined;
  const claims = new PageClaims(navigator.locks);
  window.addEventListener("pagehide", () => claims.pause());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void stayOrBeginAnew(claims);
  });
  return claims;
}

/** A page back from the back/forward cache is who it was, unless a window opened meanwhile is. */
async function stayOrBeginAnew(claims: PageClaims): Promise<void> {
  if (!(await claims.resume())) location.reload();
}

followViewportHeight();
const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const memory = await findSelf({
  browser: browserMemory,
  tab: tabMemory,
  claims: claimsOfPage(),
  wantsGuest: new URLSearchParams(location.search).has("guest"),
  language: firstLanguage(),
});
render(
  <LanguageProvider>
    <ChatApp memory={memory} />
  </LanguageProvider>,
  app,
);
