import { render, type VNode } from "preact";
import { useMemo } from "preact/hooks";
import { LanguageProvider, useWords } from "../look/language.tsx";
import { recall } from "../look/remembered.ts";
import { followViewportHeight } from "../look/viewport-height.ts";
import { Chat } from "./chat.ts";
import { ChatPage } from "./chat-page.tsx";
import { parseSelf, SelfMemory } from "./identity.ts";
import { firstRooms } from "./remembered-rooms.ts";
import "../look/tokens.css";
import "../look/base.css";

/** The chat of this page, made once. */
function ChatApp(): VNode {
  const { language, say } = useWords();
  const parts = useMemo(() => {
    const guest = new URLSearchParams(location.search).has("guest");
    const memory = new SelfMemory(guest);
    const chat = new Chat({
      url: location.origin,
      self: memory.recall(language),
      rooms: firstRooms(location.hash.slice(1)),
      inboxRefused: () => say("chat.inboxRefused"),
    });
    document.addEventListener("visibilitychange", () => {
      chat.setLooking(document.visibilityState === "visible");
    });
    if (!guest) {
      // Another tab of this person took another name: so does this one.
      window.addEventListener("storage", (event) => {
        if (event.key !== "tidewire.chat.self") return;
        const self = parseSelf(recall("chat.self"));
        if (self !== undefined) chat.become(self);
      });
    }
    return { chat, memory };
    // The chat outlives a change of language.
  }, []);
  return <ChatPage chat={parts.chat} memory={parts.memory} />;
}

followViewportHeight();
const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
render(
  <LanguageProvider>
    <ChatApp />
  </LanguageProvider>,
  app,
);
